package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches over the threads of this instance: takes up what an earlier process left unfinished,
/// passivates idle ones, forgets old operations, and hands everything over when the instance stops.
public final class ThreadsVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadsVerticle.class);
  private static final int PAGE = 500;
  private static final int AT_ONCE = 64;

  /// Between two rounds of looking at all threads.
  private static final long ROUND_MS = 2_000;

  /// Between two looks of a round when there are too many: others have their turn.
  private static final long SOON_MS = 5;

  /// Between two looks of a round that sends idle threads away: five hundred a second. A leave
  /// costs 20 to 60 µs and nobody waits for it, so it is not to take a fifth of a core at once from
  /// those who are served.
  private static final long GENTLY_MS = 50;

  /// Between two looks of a round that has none: a hundred thousand threads take it 20 s, and some
  /// 0.1 % of a core.
  private static final long LATER_MS = 100;

  private static final long FORGET_MS = 600_000;
  private static final long POLL_MS = 20;

  private final LocalThreads threads;
  private final ThreadServices services;
  private final Eviction residence;

  public ThreadsVerticle(LocalThreads threads, ThreadServices services) {
    this.threads = threads;
    this.services = services;
    residence = new Eviction(threads, services.config(), services.clock());
  }

  @Override
  public Future<?> start() {
    vertx.setTimer(ROUND_MS, tick -> look());
    vertx.setPeriodic(
        FORGET_MS,
        tick ->
            services
                .store()
                .forgetOperations(
                    services.clock().instant().minus(services.config().operationsKept())));
    return Future.succeededFuture();
  }

  private void look() {
    long pause =
        switch (residence.look()) {
          case SOON -> SOON_MS;
          case GENTLY -> GENTLY_MS;
          case LATER -> LATER_MS;
          case NEXT_ROUND -> ROUND_MS;
        };
    vertx.setTimer(pause, tick -> look());
  }

  /// Activates every thread whose log says it is unfinished; gives their number.
  public Future<Integer> recover() {
    return recover(Optional.empty(), 0)
        .onSuccess(taken -> {
          if (taken > 0) {
            LOG.atInfo().addKeyValue("threads", taken).log("unfinished threads were taken up");
          }
        });
  }

  /// Takes nothing new, lets runs that are under way end within `grace`, then hands over the rest:
  /// it is taken up from its log by the next process.
  public Future<Void> stopWithin(Duration grace) {
    threads.stopAccepting();
    Instant until = services.clock().instant().plus(grace);
    Promise<Void> quiet = Promise.promise();
    awaitQuiet(until, quiet);
    return quiet.future().compose(waited -> parkAll());
  }

  private void awaitQuiet(Instant until, Promise<Void> quiet) {
    boolean working = threads.allVerticles().stream().anyMatch(AgentThreadVerticle::working);
    if (!working || !services.clock().instant().isBefore(until)) {
      quiet.complete();
    } else {
      vertx.setTimer(POLL_MS, tick -> awaitQuiet(until, quiet));
    }
  }

  private Future<Void> parkAll() {
    List<ThreadId> open = threads.allVerticles().stream().map(AgentThreadVerticle::id).toList();
    return each(new ArrayDeque<>(open), id -> threads.park(id).otherwiseEmpty());
  }

  private Future<Integer> recover(Optional<ThreadId> after, int sofar) {
    return services
        .store()
        .unfinished(after, PAGE)
        .compose(ids ->
            each(new ArrayDeque<>(ids), this::takeUp)
                .compose(done ->
                    ids.size() < PAGE
                        ? Future.succeededFuture(sofar + ids.size())
                        : recover(Optional.of(ids.getLast()), sofar + ids.size())));
  }

  private Future<Void> takeUp(ThreadId id) {
    return threads
        .activate(id)
        .otherwise(cause -> {
          LOG.atError()
              .setCause(cause)
              .addKeyValue("threadId", id)
              .log("an unfinished thread could not be taken up");
          return null;
        });
  }

  /// Does `act` for each, a bounded number at a time.
  private static Future<Void> each(
      Queue<ThreadId> ids, java.util.function.Function<ThreadId, Future<Void>> act) {
    List<Future<Void>> lanes = new ArrayList<>();
    for (int i = 0; i < AT_ONCE && !ids.isEmpty(); i++) {
      lanes.add(lane(ids, act));
    }
    return Future.join(lanes).mapEmpty();
  }

  private static Future<Void> lane(
      Queue<ThreadId> ids, java.util.function.Function<ThreadId, Future<Void>> act) {
    ThreadId next = ids.poll();
    if (next == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    act.apply(next).onComplete(one -> lane(ids, act).onComplete(done));
    return done.future();
  }
}
