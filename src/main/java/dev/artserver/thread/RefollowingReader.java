package dev.artserver.thread;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps a reader on a thread whose owner moves. When a feed ends with `MOVED` this follows the
/// thread again from the reader's cursor, so the reader gets each fact once. Text of a call that
/// goes on is not repeated either.
///
/// The reader gets `MOVED` only when the instance stops, when the reader itself failed, or when the
/// thread could not be followed again within about half a minute. It gets `DELETED` when the thread
/// is deleted meanwhile. Runs on the reader's context.
public final class RefollowingReader implements FeedReader, Subscription {
  /// Tries in a row without a part. Together their pauses last half a minute.
  static final int TRIES_MAX = 36;

  private static final long FIRST_PAUSE_MS = 10;
  private static final int DOUBLINGS_MAX = 7;

  private final Joiner joiner;
  private final ThreadId thread;
  private final FeedReader reader;
  private final DeliveredTexts heard = new DeliveredTexts();
  private FollowRequest request;
  private long cursor;
  private int tries;
  private @Nullable Subscription current;

  /// The part the reader has not finished with.
  private @Nullable Future<Void> held;

  private boolean failed;
  private boolean over;

  /// Where a thread is followed.
  public interface Joiner {
    /// Follows the owner the thread has now.
    Future<Subscription> join(ThreadId thread, FollowRequest request, FeedReader reader);

    /// Completes on the caller's context after `delay`.
    Future<Void> pause(Duration delay);
  }

  public RefollowingReader(
      Joiner joiner, ThreadId thread, FollowRequest request, FeedReader reader) {
    this.joiner = joiner;
    this.thread = thread;
    this.reader = reader;
    this.request = request;
    cursor = request.after();
  }

  /// Follows for the first time; a refusal is the caller's.
  public Future<Subscription> follow() {
    return joiner.join(thread, request, this).map(this::joined);
  }

  /// The run that is followed was accepted.
  public Threads.StartedRun started(Threads.StartedRun run) {
    request = request.from(run.accepted().run(), run.accepted().seq());
    cursor = request.after();
    return new Threads.StartedRun(run.accepted(), run.following().map(this::joined));
  }

  private Subscription joined(Subscription given) {
    if (over) {
      given.cancel();
    } else {
      current = given;
    }
    return this;
  }

  @Override
  public Future<Void> onPart(FeedPart part) {
    Future<Void> before = held;
    // After a move the reader may still hold a part of the earlier owner.
    return before == null || before.isComplete()
        ? deliver(part)
        : before.compose(taken -> deliver(part));
  }

  private Future<Void> deliver(FeedPart part) {
    tries = 0;
    FeedPart fresh = unheard(part);
    if (over || fresh.items().isEmpty()) {
      return Future.succeededFuture();
    }
    Future<Void> taken;
    try {
      taken = reader.onPart(fresh);
    } catch (RuntimeException e) {
      failed = true;
      throw e;
    }
    failed |= taken.failed();
    if (taken.isComplete()) {
      held = null;
    } else {
      held = taken.onFailure(refused -> failed = true);
    }
    return taken;
  }

  /// Moves the cursor behind the part, and leaves out text the reader has.
  @SuppressWarnings("ReferenceEquality") // An item that is kept is the same object.
  private FeedPart unheard(FeedPart part) {
    @Nullable List<FeedPart.Item> changed = null;
    List<FeedPart.Item> items = part.items();
    for (int i = 0; i < items.size(); i++) {
      FeedPart.Item item = items.get(i);
      FeedPart.@Nullable Item fresh =
          switch (item) {
            case FeedPart.FactItem(var fact) -> {
              cursor = fact.seq();
              yield item;
            }
            case FeedPart.TokenItem token -> heard.unheard(token);
          };
      if (fresh != item && changed == null) {
        changed = new ArrayList<>(items.subList(0, i));
      }
      if (changed != null && fresh != null) {
        changed.add(fresh);
      }
    }
    return changed == null ? part : new FeedPart(changed);
  }

  @Override
  public void onEnded(FeedEnd end) {
    if (over) {
      return;
    }
    switch (end) {
      case DELETED, TOO_SLOW -> finish(end);
      case MOVED -> {
        if (failed) {
          finish(end);
        } else {
          tryAgain();
        }
      }
    }
  }

  private void tryAgain() {
    if (tries++ >= TRIES_MAX) {
      finish(FeedEnd.MOVED);
      return;
    }
    current = null;
    joiner
        .pause(Duration.ofMillis(FIRST_PAUSE_MS << Math.min(tries - 1, DOUBLINGS_MAX)))
        .onComplete(now -> {
          if (!over) {
            rejoin();
          }
        });
  }

  private void rejoin() {
    heard.rejoined();
    joiner
        .join(
            thread,
            new FollowRequest(cursor, request.tokens(), request.types(), request.run()),
            this)
        .onSuccess(this::joined)
        .onFailure(this::onRefused);
  }

  private void onRefused(Throwable cause) {
    if (over) {
      return;
    }
    @Nullable Failure failure = cause instanceof FailureException known ? known.failure() : null;
    if (failure instanceof Failure.NotFound) {
      finish(FeedEnd.DELETED);
    } else if (failure instanceof Failure.Stopping) {
      finish(FeedEnd.MOVED);
    } else {
      tryAgain();
    }
  }

  private void finish(FeedEnd end) {
    over = true;
    reader.onEnded(end);
  }

  @Override
  public void cancel() {
    over = true;
    Subscription left = current;
    current = null;
    if (left != null) {
      left.cancel();
    }
  }
}
