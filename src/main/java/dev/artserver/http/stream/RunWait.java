package dev.artserver.http.stream;

import dev.artserver.http.connection.Heartbeats;
import dev.artserver.model.Answer.RunAccepted;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Waits for the end of one run, or until it asks people.
public final class RunWait implements FeedReader, Heartbeats.Member {
  private static final Set<Class<? extends ThreadEvent>> KINDS = kinds();

  private final Threads threads;
  private final ThreadId thread;
  private final Heartbeats.Place place;
  private final Promise<RunView> ending = Promise.promise();
  private @Nullable RunView view;
  private @Nullable Subscription subscription;
  private boolean left;
  private final boolean toQuestions;
  private final long known;

  /// Waits for the end and nothing else. One of `start` and `waitFor` comes next.
  public RunWait(Threads threads, Heartbeats heartbeats, ThreadId thread) {
    this(threads, heartbeats, thread, false, 0);
  }

  /// @param toQuestions whether the wait also ends when the run asks people
  /// @param known questions that were asked up to this seq do not end it
  public RunWait(
      Threads threads, Heartbeats heartbeats, ThreadId thread, boolean toQuestions, long known) {
    this.toQuestions = toQuestions;
    this.known = known;
    this.threads = threads;
    this.thread = thread;
    place = heartbeats.join(this);
  }

  private static Set<Class<? extends ThreadEvent>> kinds() {
    Set<Class<? extends ThreadEvent>> kinds =
        new HashSet<>(ThreadEvent.kinds(ThreadEvent.RunEnd.class));
    kinds.add(ThreadEvent.RunQueued.class);
    kinds.add(ThreadEvent.RunSuspended.class);
    kinds.add(ThreadEvent.RunResumed.class);
    kinds.add(ThreadEvent.MessageAdded.class);
    // Has the provider that served the call.
    kinds.add(ThreadEvent.ModelCallEnded.class);
    return Set.copyOf(kinds);
  }

  /// Starts the run to wait for.
  public Future<RunAccepted> start(ThreadCommand.StartRun command) {
    return threads
        .start(command, new FollowRequest(0, false, KINDS, null), this)
        .onFailure(this::fail)
        .map(started -> {
          started.following().onSuccess(this::taken).onFailure(this::fail);
          return started.accepted();
        });
  }

  /// Waits for a run that was accepted before.
  ///
  /// @param seq of its `RunQueued`
  public void waitFor(RunId run, long seq) {
    threads
        .follow(thread, new FollowRequest(seq - 1, false, KINDS, run), this)
        .onSuccess(this::taken)
        .onFailure(this::fail);
  }

  /// The run when it has ended or asks. Fails with `NotFound` when the thread is deleted,
  /// `Stopping` when the server stops.
  public Future<RunView> ended() {
    return ending.future();
  }

  /// Ends the wait; the future never completes.
  public void cancel() {
    left = true;
    place.leave();
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private boolean over() {
    return left || ending.future().isComplete();
  }

  private void taken(Subscription given) {
    subscription = given;
    if (over()) {
      given.cancel();
    }
  }

  @Override
  public Future<Void> onPart(FeedPart part) {
    for (FeedPart.Item item : part.items()) {
      if (item instanceof FeedPart.FactItem(var fact)) {
        if (view == null) {
          view = RunView.of(thread, fact);
        } else {
          view.take(fact);
        }
      }
    }
    if (view != null && isOver(view) && ending.tryComplete(view)) {
      cancel();
    }
    return Future.succeededFuture();
  }

  private boolean isOver(RunView seen) {
    return seen.status().ended() || (toQuestions && seen.asks() && seen.lastSeq() > known);
  }

  @Override
  public void onEnded(FeedEnd end) {
    if (!over()) {
      fail(
          new FailureException(
              switch (end) {
                case DELETED -> new Failure.NotFound("THREAD", thread.value());
                case MOVED, TOO_SLOW -> new Failure.Stopping();
              }));
    }
  }

  @Override
  public void onBeat() {
    // A client that waits for an answer needs no sign of life.
  }

  @Override
  public void onStopping() {
    fail(new FailureException(new Failure.Stopping()));
  }

  private void fail(Throwable error) {
    if (ending.tryFail(error)) {
      cancel();
    }
  }
}
