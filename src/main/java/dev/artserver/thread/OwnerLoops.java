package dev.artserver.thread;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where owners live. Vert.x deploys a verticle on whichever event loop is next. An owner is better
/// placed on the loop its first command came from: its client's connection is read and written
/// there, the connections to providers it opens are too, and nothing of a run changes threads. Only
/// when that loop has far more owners than the others does the owner go where there are fewest, so
/// that one busy connection does not fill one core alone.
final class OwnerLoops {
  /// Owners a loop may have above its share before new ones go elsewhere.
  private static final int SURPLUS = 64;

  private final List<OwnerLoop> homes;
  private final IdentityHashMap<Thread, OwnerLoop> byLoop = new IdentityHashMap<>();

  private OwnerLoops(List<OwnerLoop> homes) {
    this.homes = List.copyOf(homes);
    homes.forEach(home -> byLoop.put(home.loop(), home));
  }

  /// @param eventLoops those of `vertx`, at least 1
  /// @param tokenPause of the feeds of owners there
  /// @param commandMax how long owners may take for an answer
  static Future<OwnerLoops> open(
      Vertx vertx, int eventLoops, Duration tokenPause, Duration commandMax) {
    List<OwnerLoop> homes = new CopyOnWriteArrayList<>();
    return vertx
        .deployVerticle(
            () -> {
              OwnerLoop home = new OwnerLoop(tokenPause, commandMax);
              homes.add(home);
              return home;
            },
            new DeploymentOptions().setInstances(eventLoops))
        .map(deployed -> new OwnerLoops(homes));
  }

  /// The home for an owner that is wanted on this thread.
  OwnerLoop choose() {
    int all = 0;
    OwnerLoop emptiest = homes.getFirst();
    for (OwnerLoop home : homes) {
      all += home.owners();
      if (home.owners() < emptiest.owners()) {
        emptiest = home;
      }
    }
    OwnerLoop near = byLoop.get(Thread.currentThread());
    boolean fair = near != null && near.owners() <= all / homes.size() + SURPLUS;
    return near != null && fair ? near : emptiest;
  }
}
