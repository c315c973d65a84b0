package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// JSON of a failure for clients: problem details of RFC 9457 with `code` and the kind's details.
///
/// `type` is a URN of the code, `title` is the code in words; both are stable.
public final class Problem {
  private static final String TYPE = "urn:art-server:problem:";

  private Problem() {}

  /// @param thread the thread the request was about, when the failure does not say
  /// @param run the run the request was about, when the failure does not say
  public static ObjectNode write(Failure failure, @Nullable ThreadId thread, @Nullable RunId run) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    String words = failure.code().toLowerCase(Locale.ROOT);
    node.put("type", TYPE + words.replace('_', '-'));
    node.put("title", failure.code().charAt(0) + words.substring(1).replace('_', ' '));
    node.put("status", failure.status());
    node.put("detail", failure.message());
    node.put("code", failure.code());
    if (thread != null) {
      node.put("threadId", thread.value());
    }
    if (run != null) {
      node.put("runId", run.value());
    }
    addDetails(node, failure);
    failure.retryAfter().ifPresent(wait -> node.put("retryAfterMs", wait.toMillis()));
    return node;
  }

  private static void addDetails(ObjectNode node, Failure failure) {
    switch (failure) {
      case Failure.Invalid invalid -> {
        ArrayNode errors = node.putArray("errors");
        for (Failure.Violation violation : invalid.violations()) {
          errors.addObject().put("pointer", violation.pointer()).put("detail", violation.rule());
        }
      }
      case Failure.NotFound missing -> {
        if (missing.what().equals("THREAD")) {
          node.put("threadId", missing.id());
        } else if (missing.what().equals("RUN")) {
          node.put("runId", missing.id());
        }
      }
      case Failure.ThreadExists exists -> node.put("threadId", exists.thread().value());
      case Failure.ConcurrentModification conflict -> {
        node.put("threadId", conflict.thread().value());
        node.put("currentVersion", conflict.currentVersion());
      }
      case Failure.Fenced fenced -> node.put("threadId", fenced.thread().value());
      case Failure.OwnedElsewhere elsewhere -> node.put("threadId", elsewhere.thread().value());
      case Failure.ThreadBusy busy -> {
        node.put("threadId", busy.thread().value());
        node.put("runId", busy.run().value());
      }
      case Failure.SuspensionAnswered answered -> {
        node.put("runId", answered.run().value());
        node.put("suspensionId", answered.suspensionId());
        node.put("answeredBy", answered.winner());
        node.put("answeredAt", Json.text(answered.answeredAt()));
      }
      case Failure.IdempotencyKeyReused ignored -> {}
      case Failure.Full ignored -> {}
      case Failure.LocalBusy ignored -> {}
      case Failure.TimedOut ignored -> {}
      case Failure.ProviderError ignored -> {}
      case Failure.CircuitOpen ignored -> {}
      case Failure.AgentFailed ignored -> {}
      case Failure.Cancelled ignored -> {}
      case Failure.StorageFailed ignored -> {}
      case Failure.StorageInDoubt ignored -> {}
      case Failure.TooNew tooNew -> {
        if (tooNew.thread() != null) {
          node.put("threadId", tooNew.thread().value());
        }
      }
      case Failure.HeldBack ignored -> {}
      case Failure.Relayed ignored -> {}
      case Failure.Stopping ignored -> {}
      case Failure.Http ignored -> {}
      case Failure.Internal ignored -> {}
    }
  }
}
