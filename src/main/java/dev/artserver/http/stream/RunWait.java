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
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows one run to its end. When the thread moves to another owner it follows it there.
public final class RunWait implements FeedReader, Heartbeats.Member {
  private static final Duration MOVE = Duration.ofMillis(100);
  private static final int MOVES_MAX = 50;
  private static final Set<Class<? extends ThreadEvent>> TOLD = told();

  private final Vertx vertx;
  private final Threads threads;
  private final ThreadId thread;
  private final Heartbeats.Place place;
  private final Promise<RunView> ending = Promise.promise();
  private @Nullable RunId run;
  private long seen;
  private int moves;
  private @Nullable RunView view;
  private @Nullable Subscription subscription;
  private boolean left;

  /// One of `start` and `waitFor` comes next.
  public RunWait(Vertx vertx, Threads threads, Heartbeats heartbeats, ThreadId thread) {
    this.vertx = vertx;
    this.threads = threads;
    this.thread = thread;
    place = heartbeats.join(this);
  }

  private static Set<Class<? extends ThreadEvent>> told() {
    Set<Class<? extends ThreadEvent>> told =
        new HashSet<>(ThreadEvent.kinds(ThreadEvent.RunEnd.class));
    told.add(ThreadEvent.RunQueued.class);
    told.add(ThreadEvent.MessageAdded.class);
    // Tells who served the call.
    told.add(ThreadEvent.ModelCallEnded.class);
    return Set.copyOf(told);
  }

  /// Starts the run to wait for.
  public Future<RunAccepted> start(ThreadCommand.StartRun command) {
    return threads
        .start(command, new FollowRequest(0, false, TOLD, null), this)
        .onFailure(this::fail)
        .map(started -> {
          run = started.accepted().run();
          seen = started.accepted().seq() - 1;
          started.following().onSuccess(this::taken).onFailure(this::fail);
          return started.accepted();
        });
  }

  /// Waits for a run there is.
  ///
  /// @param seq of its `RunQueued`
  public void waitFor(RunId known, long seq) {
    run = known;
    seen = seq - 1;
    follow();
  }

  /// The run when it has ended. Fails with `NotFound` when the thread is deleted, `Stopping` when
  /// the server stops.
  public Future<RunView> ended() {
    return ending.future();
  }

  /// Nobody waits any longer; the future never completes.
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

  private void follow() {
    threads
        .follow(thread, new FollowRequest(seen, false, TOLD, run), this)
        .onSuccess(this::taken)
        .onFailure(this::fail);
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
      if (item instanceof FeedPart.FactItem(var fact) && fact.seq() > seen) {
        seen = fact.seq();
        if (view == null) {
          view = RunView.of(thread, fact);
        } else {
          view.take(fact);
        }
      }
    }
    if (view != null && view.status().ended() && ending.tryComplete(view)) {
      cancel();
    }
    return Future.succeededFuture();
  }

  @Override
  public void onEnded(FeedEnd end) {
    if (over()) {
      return;
    }
    if (end == FeedEnd.DELETED) {
      fail(new FailureException(new Failure.NotFound("THREAD", thread.value())));
    } else if (moves++ >= MOVES_MAX) {
      fail(new FailureException(new Failure.Stopping()));
    } else {
      vertx.setTimer(
          MOVE.toMillis(),
          ignored -> {
            if (!over()) {
              follow();
            }
          });
    }
  }

  @Override
  public void onBeat() {
    // Nothing is owed to a client that waits.
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
