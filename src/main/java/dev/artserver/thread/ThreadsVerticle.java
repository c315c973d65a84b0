package dev.artserver.thread;

import dev.artserver.flow.Backoff;
import dev.artserver.flow.Timers;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Watches over the threads of this instance: has unfinished ones activated, evicts idle ones,
/// forgets old operations, and hands everything over when the instance stops. All of it is done on
/// the background context of `LocalThreads`.
public final class ThreadsVerticle extends VerticleBase {
  /// Threads handed over at once: each writes a snapshot.
  private static final int AT_ONCE = 64;

  /// Between two rounds of looking at all threads.
  private static final Duration ROUND = Duration.ofSeconds(2);

  /// Between two looks of a round when there are too many: others have their turn.
  private static final Duration SOON = Duration.ofMillis(5);

  /// Between two looks of a round that sends idle threads away: five hundred a second. A leave
  /// costs 20 to 60 µs and nothing waits for it, so it must not take a fifth of a core at once from
  /// threads that work.
  private static final Duration GENTLY = Duration.ofMillis(50);

  /// Between two looks of a round that has none: a hundred thousand threads take it 20 s, and some
  /// 0.1 % of a core.
  private static final Duration LATER = Duration.ofMillis(100);

  private static final Duration FORGET = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final LocalThreads threads;
  private final ThreadServices services;
  private final Timers timers;
  private final Eviction eviction;
  private final PeriodicTask looking;
  private final PeriodicTask forgetting;

  public ThreadsVerticle(LocalThreads threads, ThreadServices services) {
    this.threads = threads;
    this.services = services;
    timers = services.timers();
    eviction = new Eviction(threads, services.config(), services.clock());
    Random random = new Random();
    looking = new PeriodicTask("eviction", timers, RETRY, random, this::look);
    forgetting = new PeriodicTask("forgetting operations", timers, RETRY, random, this::forget);
  }

  @Override
  public Future<?> start() {
    threads
        .background()
        .execute(() -> {
          looking.start(ROUND);
          forgetting.start(FORGET);
        });
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    looking.stop();
    forgetting.stop();
    return Future.succeededFuture();
  }

  private Future<Duration> look() {
    return Future.succeededFuture(
        switch (eviction.look()) {
          case SOON -> SOON;
          case GENTLY -> GENTLY;
          case LATER -> LATER;
          case NEXT_ROUND -> ROUND;
        });
  }

  private Future<Duration> forget() {
    Instant before = services.clock().instant().minus(services.config().operationsKept());
    return services.store().forgetOperations(before).map(FORGET);
  }

  /// Has every thread activated whose log says that it needs an owner, page by page, as there is
  /// room for them. Gives how many were activated, once none is left; a store that cannot serve is
  /// asked again until it can.
  public Future<Integer> recover() {
    return threads.activator().recover();
  }

  /// Takes nothing new and hands all threads over. Runs go on to the end of their open step, for
  /// `grace` at most; then they are cut off, and their step is done again by the next process.
  public Future<Void> stopWithin(Duration grace) {
    threads.stopAccepting();
    Promise<Void> over = Promise.promise();
    threads
        .background()
        .execute(() -> {
          looking.stop();
          forgetting.stop();
          Instant until = services.clock().instant().plus(grace);
          BoundedEach.run(AT_ONCE, workingFirst(), threads::handOver)
              .compose(asked -> empty(until))
              .compose(waited -> BoundedEach.run(AT_ONCE, workingFirst(), threads::park))
              .onComplete(over);
        });
    return over.future();
  }

  /// Threads that work must learn early that they are not to begin another step.
  private List<ThreadId> workingFirst() {
    List<ThreadId> working = new ArrayList<>();
    List<ThreadId> idle = new ArrayList<>();
    for (ThreadOwner owner : threads.allOwners()) {
      (owner.working() ? working : idle).add(owner.id());
    }
    working.addAll(idle);
    return working;
  }

  private Future<Void> empty(Instant until) {
    Promise<Void> empty = Promise.promise();
    awaitEmpty(until, empty);
    return empty.future();
  }

  private void awaitEmpty(Instant until, Promise<Void> empty) {
    if (threads.active() == 0 || !services.clock().instant().isBefore(until)) {
      empty.complete();
    } else {
      timers.schedule(POLL, () -> awaitEmpty(until, empty));
    }
  }
}
