package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.ContentPart;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunRequest;
import dev.artserver.model.SealedKey;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request to a thread's owner. With an operation key, the same command again gets the first
/// answer again.
///
/// @param <A> its answer
public sealed interface ThreadCommand<A extends Answer> {
  ThreadId thread();

  /// The sender. Facts that the command makes are recorded as this caller's.
  Caller caller();

  /// Null: the command cannot be repeated safely.
  default @Nullable OperationKey operation() {
    return null;
  }

  /// Commands travel between instances and through their logs, so they never hold a clear key.
  private static void requireSealed(@Nullable ObjectNode config) {
    JsonNode key =
        config == null ? MissingNode.getInstance() : config.path("provider").path("apiKey");
    boolean none = key.isMissingNode() || key.isNull();
    if (!none && !(key.isTextual() && SealedKey.isSafe(key.textValue()))) {
      throw new IllegalArgumentException("the API key of a command must be sealed");
    }
  }

  /// Makes the thread. Fails with `ThreadExists` unless `returnExisting`.
  ///
  /// @param config what differs from the server's defaults, as the API writes it
  record Create(
      ThreadId thread,
      Caller caller,
      ObjectNode config,
      Map<String, String> metadata,
      boolean returnExisting,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.ThreadReady> {
    public Create {
      requireSealed(config);
    }
  }

  /// Merges (RFC 7396) into the thread's configuration and metadata.
  record Configure(
      ThreadId thread,
      Caller caller,
      @Nullable ObjectNode config,
      @Nullable ObjectNode metadata,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.ThreadReady> {
    public Configure {
      requireSealed(config);
    }
  }

  /// Enables or disables one tool. Idempotent.
  record EnableTool(
      ThreadId thread,
      Caller caller,
      String tool,
      boolean enabled,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.ThreadReady> {}

  /// Erases the thread and ends its run. Idempotent.
  record Delete(ThreadId thread, Caller caller) implements ThreadCommand<Answer.Deleted> {}

  /// Changes the state document in one turn.
  ///
  /// @param expectedVersion the version it must be at (conditionalUpdate), or null for any
  ///   (atomicUpdate, batchUpdate)
  record UpdateState(
      ThreadId thread,
      Caller caller,
      StateChange change,
      @Nullable Long expectedVersion,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.State> {}

  /// Adds messages to the conversation without running the agent.
  record AddMessages(
      ThreadId thread, Caller caller, List<NewMessage> messages, @Nullable OperationKey operation)
      implements ThreadCommand<Answer.MessagesAdded> {
    public AddMessages {
      messages = List.copyOf(messages);
    }
  }

  /// A message that has no id yet.
  ///
  /// @param parts as of `Message`
  record NewMessage(
      Role role, String content, List<ContentPart> parts, @Nullable ObjectNode metadata) {
    public NewMessage {
      parts = List.copyOf(parts);
    }
  }

  /// Asks the agent. Answered when the run is accepted and durable, not when it ends.
  ///
  /// @param createWith configuration to make the thread with when it does not exist; null: then it
  ///   is `NotFound`
  record StartRun(
      ThreadId thread,
      Caller caller,
      RunRequest request,
      @Nullable ObjectNode createWith,
      Map<String, String> metadata,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.RunAccepted> {
    public StartRun {
      requireSealed(createWith);
    }
  }

  /// Answers questions of a suspended run. The first answer to each wins; the same answer again
  /// gets the same result, another one `SuspensionAnswered`.
  record ResumeRun(
      ThreadId thread,
      Caller caller,
      RunId run,
      String suspensionId,
      List<GivenVerdict> verdicts,
      @Nullable OperationKey operation)
      implements ThreadCommand<Answer.Resumed> {
    public ResumeRun {
      verdicts = List.copyOf(verdicts);
    }
  }

  /// Does what is due in the thread although nobody asked: questions whose time has passed, and
  /// runs behind them whose time limit has. Idempotent.
  record Wake(ThreadId thread) implements ThreadCommand<Answer.Woken> {
    @Override
    public Caller caller() {
      return Caller.ANONYMOUS;
    }
  }

  /// Ends a run now, also during a call. Idempotent.
  record CancelRun(ThreadId thread, Caller caller, RunId run)
      implements ThreadCommand<Answer.RunSeen> {}
}
