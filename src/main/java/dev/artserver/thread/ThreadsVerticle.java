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

/// Background work for the threads of this instance: recovers unfinished ones, evicts idle ones,
/// forgets old operations, and hands all threads over when the instance stops. All of it runs on
/// the background context of `LocalThreads`.
public final class ThreadsVerticle extends VerticleBase {
  /// Threads handed over at once: each writes a snapshot.
  private static final int AT_ONCE = 64;

  /// Between two rounds of eviction.
  private static final Duration ROUND = Duration.ofSeconds(2);

  /// Between two checks of a round when there are too many threads: other work runs in between.
  private static final Duration SOON = Duration.ofMillis(5);

  /// Between two checks of a round that evicts idle threads: five hundred per second. An eviction
  /// costs 20 to 60 µs and nothing waits for it, so it must not take a fifth of a core from busy
  /// threads.
  private static final Duration GENTLY = Duration.ofMillis(50);

  /// Between two checks of a round that evicts none: a hundred thousand threads take 20 s and about
  /// 0.1 % of a core.
  private static final Duration LATER = Duration.ofMillis(100);

  /// Between two looks for what is due in threads without an owner.
  private static final Duration WAKE = Duration.ofSeconds(1);

  /// Threads woken in one look.
  private static final int WOKEN_MAX = 500;

  private static final Duration FORGET = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Future<Void> DONE = Future.succeededFuture();
  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final LocalThreads threads;
  private final ThreadServices services;
  private final Timers timers;
  private final Eviction eviction;
  private final PeriodicTask looking;
  private final PeriodicTask forgetting;
  private final PeriodicTask waking;

  public ThreadsVerticle(LocalThreads threads, ThreadServices services) {
    this.threads = threads;
    this.services = services;
    timers = services.timers();
    eviction = new Eviction(threads, services.config(), services.clock());
    Random random = new Random();
    looking = new PeriodicTask("eviction", timers, RETRY, random, this::look);
    waking = new PeriodicTask("waking due threads", timers, RETRY, random, this::wake);
    forgetting = new PeriodicTask("forgetting operations", timers, RETRY, random, this::forget);
  }

  @Override
  public Future<?> start() {
    threads
        .background()
        .execute(() -> {
          looking.start(ROUND);
          forgetting.start(FORGET);
          waking.start(WAKE);
        });
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    looking.stop();
    forgetting.stop();
    waking.stop();
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

  /// One look serves all suspended threads, so that none of them needs a timer. A thread that
  /// another instance has is left to its look.
  private Future<Duration> wake() {
    return services
        .store()
        .due(services.clock().instant(), WOKEN_MAX)
        .compose(due ->
            BoundedEach.run(
                    AT_ONCE,
                    due,
                    id -> threads.ask(new ThreadCommand.Wake(id)).transform(woken -> DONE))
                .map(woken -> WAKE));
  }

  /// Activates every thread whose log says that it needs an owner, page by page, as there is room.
  /// Gives the number of activated threads once none is left. Retries while the store is down.
  public Future<Integer> recover() {
    return threads.activator().recover();
  }

  /// Refuses new work and hands all threads over. Runs go on to the end of their open step, for
  /// `grace` at most; then the step is cut off, and the next process repeats it.
  public Future<Void> stopWithin(Duration grace) {
    threads.stopAccepting();
    Promise<Void> over = Promise.promise();
    threads
        .background()
        .execute(() -> {
          looking.stop();
          forgetting.stop();
          waking.stop();
          Instant until = services.clock().instant().plus(grace);
          BoundedEach.run(AT_ONCE, workingFirst(), threads::handOver)
              .compose(asked -> empty(until))
              .compose(waited -> BoundedEach.run(AT_ONCE, workingFirst(), threads::park))
              .onComplete(over);
        });
    return over.future();
  }

  /// Working threads come first, so that they begin no other step.
  private List<ThreadId> workingFirst() {
    List<ThreadId> working = new ArrayList<>();
    List<ThreadId> idle = new ArrayList<>();
    for (AgentThreadVerticle owner : threads.allOwners()) {
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
