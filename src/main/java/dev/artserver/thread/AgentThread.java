package dev.artserver.thread;

import dev.artserver.flow.Mailbox;
import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedEnd;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread and its owner: takes commands one turn at a time, decides on the state now, makes the
/// facts durable, and only then believes, tells and acts on them. Confined to one context.
final class AgentThread {
  private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);
  private static final Duration STORE_RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration STORE_RETRY_MAX = Duration.ofSeconds(10);

  private final ThreadId id;
  private final ThreadServices services;
  private final Feed feed;
  private final Mailbox mailbox;
  private final OwnedLog log;
  private final ThreadWeight weight = new ThreadWeight();
  private final RunRules runs;
  private final CommandRules commands;
  private final RunDriver driver;
  private final Consumer<AgentThread> onChange;
  private final Consumer<Loss> onLost;
  private boolean closed;
  private boolean leaving;

  /// Why an owner goes.
  enum Loss {
    /// Nothing is left to do here: idle, deleted, handed over, or another owner has it.
    DONE,
    /// The log is not where this owner believed, and nobody else is known to have the thread: its
    /// work is to be taken up again from the log.
    LOG_MOVED
  }

  /// @param log loaded: this owner has taken the thread over
  /// @param onChange called when its state changed
  /// @param onLost called once when this owner must go: the thread was deleted, or another owner
  ///   has it
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
    driver = new RunDriver(this, services, runs, feed);
  }

  /// Goes on with what the log says is unfinished.
  void resume() {
    onChange.accept(this);
    driver.follow(log.state(), null);
  }

  ThreadState state() {
    return log.state();
  }

  ThreadId id() {
    return id;
  }

  /// About how many bytes its state takes.
  long weight() {
    return weight.of(log.state());
  }

  /// Whether it still owns its thread.
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
          case ThreadCommand.ReadState c -> turn(c, draft -> commands.readState(draft, c.thread()));
          case ThreadCommand.UpdateState c -> turn(c, draft -> commands.updateState(draft, c));
          case ThreadCommand.AddMessages c -> turn(c, draft -> commands.addMessages(draft, c));
          case ThreadCommand.StartRun c -> turn(c, draft -> start(draft, c));
          case ThreadCommand.CancelRun c -> cancel(c);
        };
    return (Future<A>) answer;
  }

  /// One turn that belongs to work already accepted: a slot granted, a call ended, a deadline
  /// passed. While the store cannot serve it is tried again, since its outcome must not be lost; it
  /// ends with the owner.
  void decideWithRetry(RunId run, Function<Draft, @Nullable Void> decide) {
    decideWithRetry(decide, STORE_RETRY_FIRST, cause -> giveUp(run, cause));
  }

  private void decideWithRetry(
      Function<Draft, @Nullable Void> decide, Duration pause, Consumer<Throwable> undecidable) {
    if (closed) {
      return;
    }
    mailbox
        .submitInternal(() -> decided(decide, null, null))
        .onFailure(cause -> {
          if (closed) {
            return;
          }
          if (isOfTheStore(cause)) {
            Duration twice = pause.multipliedBy(2);
            Duration next = twice.compareTo(STORE_RETRY_MAX) > 0 ? STORE_RETRY_MAX : twice;
            services.timers().schedule(pause, () -> decideWithRetry(decide, next, undecidable));
          } else {
            undecidable.accept(cause);
          }
        });
  }

  /// Whether the store could not serve a turn now, but may later: it failed, or it has no room.
  private static boolean isOfTheStore(Throwable cause) {
    return cause instanceof FailureException e
        && (e.failure() instanceof Failure.StorageFailed
            || e.failure() instanceof Failure.StorageInDoubt
            || e.failure().code().equals(ThreadStore.OVERLOADED));
  }

  /// Ends ownership: nothing is decided any more, calls are abandoned where they are, readers are
  /// told.
  void close(FeedEnd why, Loss loss) {
    if (!closed) {
      closed = true;
      driver.close();
      feed.end(why);
      onLost.accept(loss);
    }
  }

  /// Closes after the turns that wait, keeping a snapshot, unless somebody comes meanwhile; gives
  /// whether it closed. Asked again while it is at it, it does no more than that.
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
    return mailbox.anyWaiting() || !log.state().runs().isEmpty() || feed.readers() > 0;
  }

  /// Closes for good: the open turn ends, a snapshot is kept, runs go on with the next owner.
  Future<Void> park() {
    return mailbox.submitInternal(() ->
        (closed ? Future.<Void>succeededFuture() : log.snapshot())
            .transform(kept -> {
              close(FeedEnd.MOVED, Loss.DONE);
              return Future.succeededFuture();
            }));
  }

  @SuppressWarnings(
      "unchecked") // a fingerprint covers the command's kind: the kept answer is of its type
  private <A extends Answer> Future<A> turn(ThreadCommand<A> command, Function<Draft, A> decide) {
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
    Instant now = services.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    Draft draft = new Draft(log.state(), now, caller);
    A answer;
    try {
      answer = decide.apply(draft);
    } catch (RuntimeException refused) {
      draft.releaseSlots();
      throw refused;
    }
    Optional<OperationRecord> record =
        operation == null || !(answer instanceof Answer kept)
            ? Optional.empty()
            : Optional.of(new OperationRecord(operation.stored(), kept, now));
    return log.commit(draft, record)
        .onSuccess(durable -> apply(draft))
        .onComplete(settled -> draft.releaseSlots())
        .recover(this::loseIfOutOfDate)
        .map(durable -> answer);
  }

  /// What became durable after the owner had to go is the next owner's to act on.
  private void apply(Draft draft) {
    if (closed || draft.facts().isEmpty()) {
      return;
    }
    try {
      services.witness().accept(id, draft.facts());
      feed.publish(draft.facts());
      driver.follow(log.state(), draft);
      onChange.accept(this);
    } catch (RuntimeException e) {
      // Our bug. What is durable stands; the next owner reads it and goes on from there.
      LOG.atError().setCause(e).addKeyValue("threadId", id).log("facts could not be acted on");
      close(FeedEnd.MOVED, Loss.LOG_MOVED);
    }
  }

  /// Nothing was written, so the same command may be sent to the next owner: that is what `Fenced`
  /// tells the sender.
  private Future<Void> loseIfOutOfDate(Throwable cause) {
    if (cause instanceof FailureException e) {
      boolean fenced = e.failure() instanceof Failure.Fenced;
      if (fenced || e.failure() instanceof Failure.ConcurrentModification) {
        LOG.atWarn()
            .addKeyValue("threadId", id)
            .addKeyValue("code", e.failure().code())
            .log("this owner is out of date and gives the thread up");
        close(FeedEnd.MOVED, fenced ? Loss.DONE : Loss.LOG_MOVED);
        return Future.failedFuture(new FailureException(new Failure.Fenced(id, 0)));
      }
    }
    return Future.failedFuture(cause);
  }

  private Answer.RunAccepted start(Draft draft, ThreadCommand.StartRun command) {
    Answer.RunAccepted accepted = commands.startRun(draft, command);
    draft.continueAsServer();
    driver.admit(draft, accepted.run());
    return accepted;
  }

  private Future<Answer.Deleted> delete() {
    return mailbox.submit(() ->
        log.delete()
            .map(erased -> {
              close(FeedEnd.DELETED, Loss.DONE);
              return new Answer.Deleted();
            }));
  }

  private Future<Answer.RunSeen> cancel(ThreadCommand.CancelRun command) {
    RecordedCaller caller = command.caller().recorded();
    return mailbox
        .submit(() ->
            this.<Answer.@Nullable RunSeen>decided(
                d -> commands.cancelRun(d, command), caller, null))
        .compose(seen -> seen == null ? ended(command.run()) : Future.succeededFuture(seen));
  }

  private Future<Answer.RunSeen> ended(RunId run) {
    return services
        .store()
        .read(id, new FactQuery(0, Long.MAX_VALUE, java.util.Set.of(), run, 1, true))
        .map(last -> {
          if (last.isEmpty()) {
            throw new FailureException(new Failure.NotFound("RUN", run.value()));
          }
          return new Answer.RunSeen(run, statusAfter(last.getFirst()));
        });
  }

  private static RunStatus statusAfter(Fact fact) {
    return fact.event() instanceof ThreadEvent.RunEnd end ? end.status() : RunStatus.RUNNING;
  }

  /// A turn that cannot be decided is our bug: the run fails and says so, the thread lives on.
  private void giveUp(RunId run, Throwable cause) {
    LOG.atError()
        .setCause(cause)
        .addKeyValue("threadId", id)
        .addKeyValue("runId", run)
        .log("a run could not be decided");
    decideWithRetry(
        draft -> {
          runs.failed(draft, run, null, new Failure.Internal("the run could not be decided"));
          return null;
        },
        STORE_RETRY_FIRST,
        again ->
            LOG.atError()
                .setCause(again)
                .addKeyValue("threadId", id)
                .addKeyValue("runId", run)
                .log("a run could not be failed either"));
  }
}
