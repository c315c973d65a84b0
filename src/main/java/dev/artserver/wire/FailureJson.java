package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// JSON of failures, for another instance: `{kind, code, status, message, retryAfterMs?, …}` and
/// what is needed to make the same failure again. Clients get a `Problem`.
public final class FailureJson {
  private FailureJson() {}

  public static ObjectNode write(Failure failure) {
    return Fields.node(failure, FailureJson::write);
  }

  /// The failure `node` holds. A kind that is not known here, or has lost a member, becomes a
  /// `Relayed` with the same code, status, message and retry. Throws `IllegalArgumentException`
  /// when `node` has not even these.
  public static Failure read(ObjectNode node) {
    Members in = new Members(node);
    try {
      return known(in);
    } catch (IllegalArgumentException | FailureException newer) {
      return new Failure.Relayed(
          in.text("code"), in.small("status"), in.text("message"), millis(in, "retryAfterMs"));
    }
  }

  private static void write(Fields out, Failure failure) throws IOException {
    out.text("kind", kind(failure));
    out.text("code", failure.code());
    out.number("status", failure.status());
    out.text("message", failure.message());
    if (failure.retryAfter().isPresent()) {
      out.millis("retryAfterMs", failure.retryAfter().get());
    }
    rest(out, failure);
  }

  private static String kind(Failure failure) {
    return switch (failure) {
      case Failure.Invalid _ -> "invalid";
      case Failure.NotFound _ -> "notFound";
      case Failure.ThreadExists _ -> "threadExists";
      case Failure.ConcurrentModification _ -> "concurrentModification";
      case Failure.Fenced _ -> "fenced";
      case Failure.OwnedElsewhere _ -> "ownedElsewhere";
      case Failure.ThreadBusy _ -> "threadBusy";
      case Failure.SuspensionAnswered _ -> "suspensionAnswered";
      case Failure.IdempotencyKeyReused _ -> "idempotencyKeyReused";
      case Failure.Full _ -> "full";
      case Failure.LocalBusy _ -> "localBusy";
      case Failure.TimedOut _ -> "timedOut";
      case Failure.ProviderError _ -> "providerError";
      case Failure.CircuitOpen _ -> "circuitOpen";
      case Failure.AgentFailed _ -> "agentFailed";
      case Failure.Cancelled _ -> "cancelled";
      case Failure.StorageFailed _ -> "storageFailed";
      case Failure.StorageInDoubt _ -> "storageInDoubt";
      case Failure.TooNew _ -> "tooNew";
      case Failure.HeldBack _ -> "heldBack";
      case Failure.Relayed _ -> "relayed";
      case Failure.Stopping _ -> "stopping";
      case Failure.Http _ -> "http";
      case Failure.Internal _ -> "internal";
    };
  }

  /// What the common members do not say.
  private static void rest(Fields out, Failure failure) throws IOException {
    switch (failure) {
      case Failure.Invalid f -> out.objects("violations", f.violations(), FailureJson::violation);
      case Failure.NotFound f -> {
        out.text("what", f.what());
        out.text("id", f.id());
      }
      case Failure.ThreadExists f -> out.text("threadId", f.thread().value());
      case Failure.ConcurrentModification f -> {
        out.text("threadId", f.thread().value());
        out.number("expectedVersion", f.expectedVersion());
        out.number("currentVersion", f.currentVersion());
      }
      case Failure.Fenced f -> {
        out.text("threadId", f.thread().value());
        out.number("epoch", f.epoch());
      }
      case Failure.OwnedElsewhere f -> out.text("threadId", f.thread().value());
      case Failure.ThreadBusy f -> {
        out.text("threadId", f.thread().value());
        out.text("runId", f.run().value());
      }
      case Failure.SuspensionAnswered f -> {
        out.text("runId", f.run().value());
        out.text("suspensionId", f.suspensionId());
        out.text("winner", f.winner());
        out.instant("answeredAt", f.answeredAt());
      }
      case Failure.IdempotencyKeyReused f -> out.text("key", f.key());
      case Failure.Full f -> {
        out.text("what", f.what());
        out.number("limit", f.limit());
      }
      case Failure.LocalBusy f -> {
        out.text("provider", f.provider());
        out.text("model", f.model());
        out.text("activeProvider", f.activeProvider());
        out.text("activeModel", f.activeModel());
      }
      case Failure.TimedOut f -> {
        out.text("what", f.what());
        out.millis("limitMs", f.limit());
      }
      case Failure.ProviderError f -> {
        out.text("provider", f.provider());
        out.number("providerStatus", f.providerStatus());
        out.text("providerCode", f.providerCode());
      }
      case Failure.CircuitOpen f -> out.text("provider", f.provider());
      case Failure.TooNew f -> {
        out.text("threadId", f.thread() == null ? null : f.thread().value());
        out.text("what", f.what());
      }
      case Failure.HeldBack f -> {
        out.text("event", f.event());
        out.number("needed", f.needed());
        out.number("written", f.written());
      }
      case Failure.AgentFailed _,
          Failure.Cancelled _,
          Failure.StorageFailed _,
          Failure.StorageInDoubt _,
          Failure.Relayed _,
          Failure.Stopping _,
          Failure.Http _,
          Failure.Internal _ -> {}
    }
  }

  private static Failure known(Members in) {
    String kind = in.text("kind");
    return switch (kind) {
      case "invalid" ->
          new Failure.Invalid(
              in.text("code"),
              in.small("status"),
              in.objects("violations", FailureJson::violation));
      case "notFound" -> new Failure.NotFound(in.text("what"), in.text("id"));
      case "threadExists" -> new Failure.ThreadExists(thread(in));
      case "concurrentModification" ->
          new Failure.ConcurrentModification(
              thread(in), in.number("expectedVersion"), in.number("currentVersion"));
      case "fenced" -> new Failure.Fenced(thread(in), in.number("epoch"));
      case "ownedElsewhere" -> new Failure.OwnedElsewhere(thread(in));
      case "threadBusy" -> new Failure.ThreadBusy(thread(in), new RunId(in.text("runId")));
      case "suspensionAnswered" ->
          new Failure.SuspensionAnswered(
              new RunId(in.text("runId")),
              in.text("suspensionId"),
              in.text("winner"),
              in.instant("answeredAt"));
      case "idempotencyKeyReused" -> new Failure.IdempotencyKeyReused(in.text("key"));
      case "full" ->
          new Failure.Full(
              in.text("code"), in.text("what"), in.small("limit"), in.millis("retryAfterMs"));
      case "localBusy" ->
          new Failure.LocalBusy(
              in.text("provider"),
              in.text("model"),
              in.text("activeProvider"),
              in.text("activeModel"));
      case "timedOut" ->
          new Failure.TimedOut(in.text("code"), in.text("what"), in.millis("limitMs"));
      case "providerError" ->
          new Failure.ProviderError(
              in.text("provider"),
              in.small("providerStatus"),
              in.textOrNull("providerCode"),
              in.text("message"),
              millis(in, "retryAfterMs"));
      case "circuitOpen" -> new Failure.CircuitOpen(in.text("provider"), in.millis("retryAfterMs"));
      case "agentFailed" -> new Failure.AgentFailed(in.text("code"), in.text("message"));
      case "cancelled" -> new Failure.Cancelled(in.text("message"));
      case "storageFailed" -> new Failure.StorageFailed(in.text("message"));
      case "storageInDoubt" -> new Failure.StorageInDoubt(in.text("message"));
      case "tooNew" ->
          new Failure.TooNew(
              in.textOrNull("threadId") == null ? null : thread(in), in.text("what"));
      case "heldBack" ->
          new Failure.HeldBack(in.text("event"), in.small("needed"), in.small("written"));
      case "stopping" -> new Failure.Stopping();
      case "http" -> new Failure.Http(in.text("code"), in.small("status"), in.text("message"));
      case "internal" -> new Failure.Internal(in.text("message"));
      default -> throw new IllegalArgumentException("unknown failure '" + kind + "'");
    };
  }

  private static void violation(Fields out, Failure.Violation violation) throws IOException {
    out.text("pointer", violation.pointer());
    out.text("rule", violation.rule());
    out.text("value", violation.value());
  }

  private static Failure.Violation violation(Members in) {
    return new Failure.Violation(in.text("pointer"), in.text("rule"), in.textOrNull("value"));
  }

  private static ThreadId thread(Members in) {
    return new ThreadId(in.text("threadId"));
  }

  private static @Nullable Duration millis(Members in, String name) {
    return in.treeOrNull(name) == null ? null : in.millis(name);
  }
}
