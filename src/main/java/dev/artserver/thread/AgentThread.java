package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Mailbox;
import dev.artserver.model.Answer;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.store.OperationRecord;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedEnd;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logic of one thread's owner. It handles commands one turn at a time: it decides on the
/// current state, makes the facts durable, and only then believes, publishes and acts on them.
/// Confined to one context.
final class AgentThread {
  private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);

  private final ThreadId id;
  private final ThreadServices services;
  private final Feed feed;
  private final Mailbox mailbox;
  private final OwnedLog log;
  private final ThreadWeight weight = new ThreadWeight();
  private final RunRules runs;
  private final CommandRules commands;
  private final Suspensions suspensions;
  private final RunDriver driver;
  private final Consumer<AgentThread> onChange;
  private final Consumer<Loss> onLost;
  private boolean closed;
  private boolean leaving;
  private boolean handingOver;

  /// Why an owner closes.
  enum Loss {
    /// Nothing is left to do here: the thread is idle, deleted or handed over.
    DONE,
    /// The owner is out of date. Another owner has the thread, or its work must be resumed from the
    /// log.
    MOVED,
    /// The owner cannot find out whether a write is durable. The next owner will.
    IN_DOUBT
  }

  /// @param log loaded: the epoch is taken
  /// @param onChange called when the state or the weight changed
  /// @param onLost called once when this owner closes
  AgentThread(
      OwnedLog log,
      ThreadServices services,
      Feed feed,
      Consumer<AgentThread> onChange,
      Consumer<Loss> onLost) {
    this.id = log.state().id();
    this.log = log;
    this.services = services;
    this.feed = feed;
    this.onChange = onChange;
    this.onLost = onLost;
    mailbox = new Mailbox(services.config().mailboxMax());
    runs = new RunRules(services, weight);
    commands = new CommandRules(services, runs, weight);
    suspensions = new Suspensions(services, runs);
    driver = new RunDriver(this, services, runs, feed);
  }

  /// Resumes what the log says is unfinished.
  void resume() {
    onChange.accept(this);
    driver.resume(log.state());
  }

  ThreadState state() {
    return log.state();
  }

  ThreadId id() {
    return id;
  }

  /// About how many bytes its state and its feed take.
  long weight() {
    return weight.of(log.state()) + feed.bytes();
  }

  /// Whether it has work that only an owner can do.
  boolean needsOwner() {
    return log.state().needsOwner();
  }

  /// Whether runs stop at the end of their open step.
  boolean handingOver() {
    return handingOver;
  }

  /// The text of calls has grown by much since the last weighing.
  void onTextGrown() {
    if (!closed) {
      onChange.accept(this);
    }
  }

  /// Whether it still owns the thread.
  boolean open() {
    return !closed;
  }

  /// Carries out one command.
  @SuppressWarnings("unchecked") // each command is answered with the type it is declared with
  <A extends Answer> Future<A> handle(ThreadCommand<A> command) {
    if (closed) {
      return Future.failedFuture(new FailureException(new Failure.Fenced(id, 0)));
    }
    if (mailbox.full()) {
      int limit = services.config().mailboxMax();
      return Future.failedFuture(
          new FailureException(
              new Failure.Full(
                  "THREAD_QUEUE_FULL", "the thread's mailbox", limit, Duration.ofSeconds(1))));
    }
    Future<? extends Answer> answer =
        switch (command) {
          case ThreadCommand.Create c -> turn(c, draft -> commands.create(draft, c));
          case ThreadCommand.Configure c -> turn(c, draft -> commands.configure(draft, c));
          case ThreadCommand.EnableTool c -> turn(c, draft -> commands.enableTool(draft, c));
          case ThreadCommand.Delete ignored -> delete();
          case ThreadCommand.UpdateState c -> turn(c, draft -> commands.updateState(draft, c));
          case ThreadCommand.AddMessages c -> turn(c, draft -> commands.addMessages(draft, c));
          case ThreadCommand.StartRun c -> turn(c, draft -> start(draft, c));
          case ThreadCommand.CancelRun c -> cancel(c);
          case ThreadCommand.ResumeRun c -> resume(c);
          case ThreadCommand.Wake c -> turn(c, draft -> suspensions.wake(draft, c.thread()));
        };
    return (Future<A>) answer;
  }

  /// A turn of work that was accepted earlier; see `InternalTurns`.
  void decideWithRetry(RunId run, Function<Draft, @Nullable Void> decide) {
    new InternalTurns(this, services.timers(), runs).decide(run, decide);
  }

  /// One try of a turn of `InternalTurns`.
  Future<@Nullable Void> internalTurn(Function<Draft, @Nullable Void> decide) {
    return mailbox.submitInternal(() -> decided(decide, null, null));
  }

  /// Ends ownership: no further turn is decided, open calls are cancelled, readers get `why`.
  void close(FeedEnd why, Loss loss) {
    if (!closed) {
      closed = true;
      logFailure("work under way could not be ended", driver::close);
      logFailure("a feed could not be ended", () -> feed.end(why));
      onLost.accept(loss);
    }
  }

  /// Closes behind the queued turns, with a snapshot, unless a command or reader comes meanwhile.
  /// Gives whether it closed. Calls during a passivation have no effect.
  Future<Boolean> passivate() {
    if (leaving) {
      return Future.succeededFuture(closed);
    }
    leaving = true;
    return mailbox.submitInternal(() ->
        (wanted() ? Future.<Void>succeededFuture() : log.snapshot())
            .transform(kept -> {
              leaving = false;
              if (!wanted()) {
                close(FeedEnd.MOVED, Loss.DONE);
              }
              return Future.succeededFuture(closed);
            }));
  }

  private boolean wanted() {
    return mailbox.anyWaiting() || needsOwner() || feed.readers() > 0;
  }

  /// Closes when the store has another state than this owner believes: then another owner has
  /// written. Between two turns, so that no write of this one is on its way.
  Future<Void> verify() {
    return mailbox.submitInternal(() ->
        closed
            ? Future.<Void>succeededFuture()
            : services
                .store()
                .head(id)
                .map(head -> {
                  if (head.map(ThreadHead::seq).orElse(0L) != log.state().seq()) {
                    close(FeedEnd.MOVED, Loss.MOVED);
                  }
                  return null;
                }));
  }

  /// Closes as soon as no step of a run is open, so that no work is repeated by the next owner.
  /// Completes when it is closed, or at once when a step is open.
  Future<Void> handOver() {
    handingOver = true;
    return mailbox.submitInternal(
        () -> driver.inStep() ? Future.<Void>succeededFuture() : closeWithSnapshot());
  }

  /// Closes after the open turn, with a snapshot; runs go on with the next owner. A run whose step
  /// is cut off keeps its attempt.
  Future<Void> park() {
    handingOver = true;
    return mailbox.submitInternal(() -> {
      if (!driver.inStep()) {
        return closeWithSnapshot();
      }
      return this.<@Nullable Void>decided(
              draft -> {
                runs.cutOff(draft);
                return null;
              },
              null,
              null)
          .transform(cutOff -> closeWithSnapshot());
    });
  }

  private Future<Void> closeWithSnapshot() {
    return (closed ? Future.<Void>succeededFuture() : log.snapshot())
        .transform(kept -> {
          close(FeedEnd.MOVED, Loss.DONE);
          return Future.succeededFuture();
        });
  }

  private <A extends Answer> Future<A> turn(ThreadCommand<A> command, Function<Draft, A> decide) {
    return turnOf(command, decide);
  }

  /// As `turn`, for decisions that may give no answer.
  @SuppressWarnings(
      "unchecked") // a fingerprint covers the command's kind: the kept answer is of its type
  private <A extends @Nullable Answer> Future<A> turnOf(
      ThreadCommand<?> command, Function<Draft, A> decide) {
    OperationKey operation = command.operation();
    RecordedCaller caller = command.caller().recorded();
    if (operation == null) {
      return mailbox.submit(() -> decided(decide, caller, null));
    }
    return mailbox.submit(() ->
        log.replay(operation)
            .compose(known ->
                known.isPresent()
                    ? Future.succeededFuture((A) known.get().answer())
                    : decided(decide, caller, operation)));
  }

  private <A extends @Nullable Object> Future<A> decided(
      Function<Draft, A> decide,
      @Nullable RecordedCaller caller,
      @Nullable OperationKey operation) {
    if (closed) {
      return Future.failedFuture(new FailureException(new Failure.Fenced(id, 0)));
    }
    Draft draft = new Draft(log.state(), services.clock().instant(), caller);
    A answer;
    Future<OwnedLog.Written> written;
    try {
      answer = decide.apply(draft);
      written = log.commit(draft, record(operation, answer, draft.now()));
    } catch (Throwable refused) {
      draft.releaseSlots();
      throw refused;
    }
    return written.transform(done -> {
      if (done.succeeded()) {
        onWritten(done.result(), draft);
      }
      draft.releaseSlots();
      return done.succeeded() ? Future.succeededFuture(answer) : lostBy(done.cause());
    });
  }

  private static Optional<OperationRecord> record(
      @Nullable OperationKey operation, @Nullable Object answer, Instant now) {
    return operation != null && answer instanceof Answer kept
        ? Optional.of(new OperationRecord(operation.stored(), kept, now))
        : Optional.empty();
  }

  private void onWritten(OwnedLog.Written written, Draft draft) {
    switch (written) {
      case BELIEVED -> apply(draft);
      case OUTRUN -> close(FeedEnd.MOVED, Loss.MOVED);
    }
  }

  /// Facts that became durable after the owner closed are left to the next owner.
  private void apply(Draft draft) {
    if (closed || draft.facts().isEmpty()) {
      return;
    }
    logFailure("a witness of facts failed", () -> services.witness().accept(id, draft.facts()));
    try {
      feed.publish(draft.facts());
      driver.follow(log.state(), draft);
    } catch (Throwable e) {
      // Our bug. The facts are durable: the next owner goes on from them.
      LOG.atError().setCause(e).addKeyValue("threadId", id).log("facts could not be acted on");
      close(FeedEnd.MOVED, Loss.MOVED);
    }
    if (!closed) {
      logFailure("a thread could not be observed", () -> onChange.accept(this));
    }
    if (handingOver && !driver.inStep()) {
      FireAndForget.harmless(handOver(), "closing ends well");
    }
  }

  /// A listener that throws must not fail the turn.
  private void logFailure(String failed, Runnable listener) {
    try {
      listener.run();
    } catch (Throwable e) {
      LOG.atError().setCause(e).addKeyValue("threadId", id).log(failed);
    }
  }

  /// Closes when the owner is out of date or in doubt. Out of date means that nothing was written.
  /// The sender gets `Fenced` then, and may send the same command to the next owner.
  private <T> Future<T> lostBy(Throwable cause) {
    if (!(cause instanceof FailureException e)) {
      return Future.failedFuture(cause);
    }
    boolean outOfDate =
        e.failure() instanceof Failure.Fenced
            || e.failure() instanceof Failure.ConcurrentModification;
    boolean inDoubt = e.failure() instanceof Failure.StorageInDoubt;
    if (outOfDate || inDoubt) {
      LOG.atWarn()
          .addKeyValue("threadId", id)
          .addKeyValue("code", e.failure().code())
          .log("this owner is out of date and gives the thread up");
      close(FeedEnd.MOVED, inDoubt ? Loss.IN_DOUBT : Loss.MOVED);
    }
    return Future.failedFuture(outOfDate ? new FailureException(new Failure.Fenced(id, 0)) : cause);
  }

  private Answer.RunAccepted start(Draft draft, ThreadCommand.StartRun command) {
    Answer.RunAccepted accepted = commands.startRun(draft, command);
    draft.continueAsServer();
    driver.admit(draft, accepted.run());
    return accepted;
  }

  private Future<Answer.Deleted> delete() {
    return mailbox.submit(() -> {
      if (closed) {
        return Future.failedFuture(new FailureException(new Failure.Fenced(id, 0)));
      }
      return log.delete()
          .transform(done -> {
            if (done.failed()) {
              return lostBy(done.cause());
            }
            close(FeedEnd.DELETED, Loss.DONE);
            return Future.succeededFuture(new Answer.Deleted());
          });
    });
  }

  private Future<Answer.Resumed> resume(ThreadCommand.ResumeRun command) {
    return this.<Answer.@Nullable Resumed>turnOf(
            command, draft -> suspensions.resume(draft, command))
        .compose(resumed ->
            resumed == null
                ? AnsweredSuspensions.find(services.store(), command)
                : Future.succeededFuture(resumed));
  }

  private Future<Answer.RunSeen> cancel(ThreadCommand.CancelRun command) {
    RecordedCaller caller = command.caller().recorded();
    return mailbox
        .submit(() ->
            this.<Answer.@Nullable RunSeen>decided(
                d -> commands.cancelRun(d, command), caller, null))
        .compose(seen ->
            seen == null
                ? EndedRuns.find(services.store(), id, command.run())
                : Future.succeededFuture(seen));
  }
}
