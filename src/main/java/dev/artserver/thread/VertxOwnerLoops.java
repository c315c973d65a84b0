package dev.artserver.thread;

import dev.artserver.stream.Feed;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/// The event loops of Vert.x on which owners live. Vert.x would place owners round robin. An owner
/// is better placed on the loop of its first command: its client's connection and its connections
/// to providers are read and written there, so nothing of a run changes threads. When that loop has
/// far more owners than the others, the owner goes to the loop with the fewest, so that one busy
/// connection does not fill one core alone.
final class VertxOwnerLoops implements OwnerLoops {
  /// Owners a loop may have above its share before new ones go elsewhere.
  private static final int SURPLUS = 64;

  private final Vertx vertx;
  private final List<VertxOwnerLoop> loops;
  private final IdentityHashMap<Thread, VertxOwnerLoop> byThread = new IdentityHashMap<>();

  private VertxOwnerLoops(Vertx vertx, List<VertxOwnerLoop> loops) {
    this.vertx = vertx;
    this.loops = List.copyOf(loops);
    loops.forEach(loop -> byThread.put(loop.loop(), loop));
  }

  /// @param eventLoops those of `vertx`, at least 1
  /// @param tokenPause of the feeds of owners there
  /// @param commandMax how long owners may take for an answer
  static Future<VertxOwnerLoops> open(
      Vertx vertx, int eventLoops, Duration tokenPause, Duration commandMax) {
    List<VertxOwnerLoop> loops = new CopyOnWriteArrayList<>();
    return vertx
        .deployVerticle(
            () -> {
              VertxOwnerLoop loop = new VertxOwnerLoop(tokenPause, commandMax);
              loops.add(loop);
              return loop;
            },
            new DeploymentOptions().setInstances(eventLoops))
        .map(deployed -> new VertxOwnerLoops(vertx, loops));
  }

  @Override
  public VertxOwnerLoop choose() {
    int all = 0;
    VertxOwnerLoop emptiest = loops.getFirst();
    for (VertxOwnerLoop loop : loops) {
      all += loop.owners();
      if (loop.owners() < emptiest.owners()) {
        emptiest = loop;
      }
    }
    VertxOwnerLoop near = byThread.get(Thread.currentThread());
    boolean fair = near != null && near.owners() <= all / loops.size() + SURPLUS;
    return near != null && fair ? near : emptiest;
  }

  @Override
  public CallerContext caller() {
    return new Caller(vertx.getOrCreateContext(), Thread.currentThread());
  }

  @Override
  public Future<Void> pause(Duration delay) {
    return delay.isZero()
        ? Future.future(next -> vertx.runOnContext(tick -> next.complete()))
        : vertx.timer(delay.toMillis()).mapEmpty();
  }

  @Override
  public Executor background() {
    return loops.getFirst().executor();
  }

  /// @param loop the thread of `context`
  private record Caller(Context context, Thread loop) implements CallerContext {
    @Override
    public Executor executor() {
      return loop == Thread.currentThread()
          ? Feed.SAME_LOOP
          : task -> context.runOnContext(hop -> task.run());
    }
  }
}
