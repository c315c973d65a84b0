package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FlushClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The owners of one simulated process, as `LocalThreads` keeps them. It can die at any moment.
final class SimInstance {
  private final SimTime time;
  private final ThreadServices services;
  private final Map<ThreadId, Future<AgentThread>> owners = new HashMap<>();
  private boolean dead;

  SimInstance(SimTime time, ThreadServices services) {
    this.time = time;
    this.services = services;
  }

  <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    return ask(command, 8);
  }

  private <A extends Answer> Future<A> ask(ThreadCommand<A> command, int tries) {
    if (dead) {
      return Promise.<A>promise().future();
    }
    return owner(command.thread())
        .compose(owner -> owner.handle(command))
        .recover(cause ->
            cause instanceof FailureException e
                    && e.failure() instanceof Failure.Fenced
                    && tries > 1
                ? ask(command, tries - 1)
                : Future.failedFuture(cause));
  }

  /// Takes up a thread, again and again while the store has faults.
  void takeUp(ThreadId id) {
    if (!dead) {
      owner(id).onFailure(cause -> time.schedule(Duration.ofMillis(50), () -> takeUp(id)));
    }
  }

  /// Takes up everything unfinished.
  void recover() {
    if (!dead) {
      services
          .store()
          .unfinished(java.util.Optional.empty(), 100)
          .onSuccess(ids -> ids.forEach(this::takeUp))
          .onFailure(cause -> time.schedule(Duration.ofMillis(50), this::recover));
    }
  }

  /// The process is gone: nothing it had in memory does anything any more.
  void die() {
    dead = true;
    List.copyOf(owners.values())
        .forEach(
            owner -> owner.onSuccess(thread -> thread.close(FeedEnd.MOVED, AgentThread.Loss.DONE)));
    owners.clear();
  }

  Future<AgentThread> owner(ThreadId id) {
    Future<AgentThread> known = owners.get(id);
    if (known != null) {
      return known;
    }
    OwnedLog log = new OwnedLog(id, services.store(), services.config().snapshotEvery());
    Future<AgentThread> loading =
        log.load()
            .map(loaded -> {
              AgentThread thread = open(id, log);
              thread.resume();
              return thread;
            });
    owners.put(id, loading);
    loading.onFailure(cause -> owners.remove(id, loading));
    return loading;
  }

  private AgentThread open(ThreadId id, OwnedLog log) {
    Feed feed =
        new Feed(
            id,
            log.state().seq(),
            FeedConfig.DEFAULT,
            (after, limit) -> services.store().read(id, FactQuery.after(after, limit)),
            task -> time.schedule(Duration.ZERO, task),
            FlushClock.NONE);
    return new AgentThread(
        log,
        services,
        feed,
        changed -> {},
        loss -> {
          owners.remove(id);
          if (loss == AgentThread.Loss.LOG_MOVED) {
            takeUp(id);
          }
        });
  }
}
