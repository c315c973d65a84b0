package dev.artserver.bench.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Makes runs and measures them, all on one event loop. To be called from a thread that may block.
public final class Driver implements AutoCloseable {
  private static final int SOCKETS_MAX = 20_000;
  private static final int FRAME_MAX = 16 << 20;
  private static final Duration ANSWER_MAX = Duration.ofMinutes(3);

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final Context context = vertx.getOrCreateContext();
  private final NetClient client =
      vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  private final WebSocketClient sockets =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(SOCKETS_MAX)
              .setMaxFrameSize(FRAME_MAX)
              .setMaxMessageSize(FRAME_MAX)
              .setTcpNoDelay(true));

  /// Makes runs within the bounds and waits for all answers; what is not answered three minutes
  /// after the last could begin is lost.
  public Outcome drive(Work work, Bounds bounds) {
    ClosedLoop loop = new ClosedLoop(vertx, opening(work), work, bounds, System::nanoTime);
    try {
      await(loop::run, bounds.time().plus(ANSWER_MAX));
    } catch (TimeoutException unanswered) {
      loop.giveUp();
    }
    return loop.outcome();
  }

  /// Asks for runs at a rate, whatever becomes of them, and waits for all answers; what is not
  /// answered three minutes after the last is lost.
  public Offered offer(Questions runs, OfferedLoad load) {
    OpenLoop loop = new OpenLoop(vertx, () -> HttpLine.open(client, runs.port()), runs, load);
    try {
      await(loop::run, load.time().plus(ANSWER_MAX));
    } catch (TimeoutException unanswered) {
      loop.giveUp();
    }
    return loop.offered();
  }

  /// Lets many follow one thread while runs are made on it; waits until all heard all.
  public Fans.Heard follow(Fans.Scene scene, int readers, int runs) {
    Fans fans = new Fans(client, scene, readers, runs);
    try {
      await(fans::run, ANSWER_MAX);
    } catch (TimeoutException unheard) {
      fans.giveUp();
    }
    return fans.heard();
  }

  /// Follows many threads over one WebSocket while a run is made on each; waits for all.
  public Fans.Heard followMany(SocketFollower.Scene scene) {
    SocketFollower follower = new SocketFollower(sockets, scene);
    try {
      await(follower::run, ANSWER_MAX);
    } catch (TimeoutException unheard) {
      follower.giveUp();
    }
    return follower.heard();
  }

  /// Nobody follows a thread yet.
  ///
  /// @param threads that exist: this prefix and a number from 0
  public Subscriptions subscriptions(int port, String threads) {
    return new Subscriptions(sockets, port, threads);
  }

  /// Follows so many in all; they are followed until the driver is closed. Throws
  /// `IllegalStateException` when it takes too long, and what the server says when it refuses.
  public void grow(Subscriptions subscriptions, int count) {
    try {
      await(() -> subscriptions.growTo(count), ANSWER_MAX);
    } catch (TimeoutException unanswered) {
      throw new IllegalStateException("not all subscriptions were answered", unanswered);
    }
  }

  private Line.Opening opening(Work work) {
    return switch (work) {
      case SocketRuns runs -> () -> SocketLine.open(sockets, runs.port());
      case Target runs -> () -> HttpLine.open(client, runs.port());
      case Questions runs -> () -> HttpLine.open(client, runs.port());
      case Calls calls -> () -> HttpLine.open(client, calls.port());
    };
  }

  /// Does something on the driver's event loop and waits for its end.
  private <T> T await(Supplier<Future<T>> work, Duration max) throws TimeoutException {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(done));
    return done.future().await(max.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
