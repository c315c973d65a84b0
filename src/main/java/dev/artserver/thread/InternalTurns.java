package dev.artserver.thread;

import dev.artserver.flow.Timers;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.store.ThreadStore;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns of work that was accepted earlier: a slot was granted, a call ended, a deadline passed.
/// They are retried while the store cannot serve, since their outcome must not be lost. They end
/// with the owner.
final class InternalTurns {
  private static final Logger LOG = LoggerFactory.getLogger(InternalTurns.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_MAX = Duration.ofSeconds(10);

  private final AgentThread thread;
  private final Timers timers;
  private final RunRules rules;

  InternalTurns(AgentThread thread, Timers timers, RunRules rules) {
    this.thread = thread;
    this.timers = timers;
    this.rules = rules;
  }

  void decide(RunId run, Function<Draft, @Nullable Void> decide) {
    decide(decide, RETRY_FIRST, cause -> giveUp(run, cause));
  }

  private void decide(
      Function<Draft, @Nullable Void> decide, Duration pause, Consumer<Throwable> undecidable) {
    if (!thread.open()) {
      return;
    }
    thread
        .internalTurn(decide)
        .onFailure(cause -> {
          if (!thread.open()) {
            return;
          }
          if (isOfTheStore(cause)) {
            Duration twice = pause.multipliedBy(2);
            Duration next = twice.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : twice;
            timers.schedule(pause, () -> decide(decide, next, undecidable));
          } else {
            undecidable.accept(cause);
          }
        });
  }

  /// Whether the store failed or was full, so that the same turn may succeed later.
  private static boolean isOfTheStore(Throwable cause) {
    return cause instanceof FailureException e
        && (e.failure() instanceof Failure.StorageFailed
            || e.failure().code().equals(ThreadStore.OVERLOADED));
  }

  /// A turn that cannot be decided is our bug: the run fails and says so, and the thread goes on.
  private void giveUp(RunId run, Throwable cause) {
    LOG.atError()
        .setCause(cause)
        .addKeyValue("threadId", thread.id())
        .addKeyValue("runId", run)
        .log("a run could not be decided");
    decide(
        draft -> {
          rules.failed(draft, run, null, new Failure.Internal("the run could not be decided"));
          return null;
        },
        RETRY_FIRST,
        again ->
            LOG.atError()
                .setCause(again)
                .addKeyValue("threadId", thread.id())
                .addKeyValue("runId", run)
                .log("a run could not be failed either"));
  }
}
