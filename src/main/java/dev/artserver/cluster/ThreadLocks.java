package dev.artserver.cluster;

import dev.artserver.flow.FireAndForget;
import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockUnavailable;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.Ownership;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Ownership by locks that all instances share. A thread's lock names the instance that owns it and
/// is not extended: it counts as long as that instance lives, which its one lease shows. So 100,000
/// idle threads cost no command. When the lock service is away, the other instances are asked
/// instead.
///
/// A lock only says who should try. If two instances own a thread, the store's epoch refuses the
/// writes of the earlier one.
public final class ThreadLocks implements Ownership {
  /// Locks of instances that died and of threads nobody asks for go away after this.
  private static final Duration TTL = Duration.ofDays(1);

  /// Locks taken anew at once.
  private static final int AT_ONCE = 256;

  private final DistributedLock lock;
  private final Peers peers;
  private final Directory directory;
  private final OwnedThreads others;
  private final BiConsumer<ThreadId, Boolean> onReleased;
  private final ConcurrentHashMap<ThreadId, Held> held = new ConcurrentHashMap<>();
  private volatile boolean anyone = true;

  /// A lock of this instance. Immutable.
  ///
  /// @param claims owners that have it, one unless the next comes before the former has left
  /// @param granted whether it is had
  /// @param releasing null: it is not given back
  private record Held(int claims, Future<Boolean> granted, @Nullable Future<Boolean> releasing) {}

  /// @param lock this instance's, whose token is its id
  /// @param others asked while the lock service is away
  /// @param onReleased gets each thread whose lock was given back, and whether it has work left
  ThreadLocks(
      DistributedLock lock,
      Peers peers,
      Directory directory,
      OwnedThreads others,
      BiConsumer<ThreadId, Boolean> onReleased) {
    this.lock = lock;
    this.peers = peers;
    this.directory = directory;
    this.others = others;
    this.onReleased = onReleased;
  }

  private static String key(ThreadId id) {
    return "thread:" + id;
  }

  /// Whether this instance has claimed the thread and not released it.
  boolean holds(ThreadId id) {
    return held.containsKey(id);
  }

  @Override
  public Future<Boolean> claim(ThreadId id) {
    Held now =
        held.compute(
            id,
            (thread, known) -> {
              if (known == null) {
                return new Held(1, take(thread), null);
              }
              Future<Boolean> releasing = known.releasing;
              return releasing == null
                  ? new Held(known.claims + 1, known.granted, null)
                  : new Held(1, releasing.transform(released -> take(thread)), null);
            });
    return now.granted.onComplete(done -> {
      if (done.failed() || !done.result()) {
        held.remove(id, now);
      }
    });
  }

  private Future<Boolean> take(ThreadId id) {
    return lock.acquire(key(id), TTL)
        .compose(taken -> taken ? Future.succeededFuture(true) : takeFromDead(id))
        .recover(cause ->
            cause instanceof LockUnavailable
                ? others.owner(id).map(owner -> isFree(id, owner))
                : Future.failedFuture(cause));
  }

  private boolean isFree(ThreadId id, Optional<InstanceId> owner) {
    owner.ifPresent(instance -> directory.put(id, instance));
    return owner.isEmpty();
  }

  private Future<Boolean> takeFromDead(ThreadId id) {
    return lock.holders(List.of(key(id)))
        .compose(holders -> {
          if (holders.getFirst().isEmpty()) {
            // It was given back between the two commands.
            return lock.acquire(key(id), TTL);
          }
          InstanceId holder = new InstanceId(holders.getFirst().get());
          return lives(holder)
              .compose(alive -> {
                if (alive) {
                  directory.put(id, holder);
                  return Future.succeededFuture(false);
                }
                return lock.replace(key(id), holder.value(), TTL);
              });
        });
  }

  private Future<Boolean> lives(InstanceId id) {
    return peers.lives(id)
        ? Future.succeededFuture(true)
        : lock.holders(List.of(LeasedPeers.leaseOf(id))).map(lease -> lease.getFirst().isPresent());
  }

  /// The instance whose lock the thread has, dead or alive; empty: none. Asks the other instances
  /// when the lock service is away.
  Future<Optional<InstanceId>> owner(ThreadId id) {
    return lock.holders(List.of(key(id)))
        .map(holders -> holders.getFirst().map(InstanceId::new))
        .recover(cause ->
            cause instanceof LockUnavailable ? others.owner(id) : Future.failedFuture(cause));
  }

  @Override
  public void released(ThreadId id, boolean unfinished) {
    Held now =
        held.computeIfPresent(
            id,
            (thread, known) ->
                known.claims > 1
                    ? new Held(known.claims - 1, known.granted, null)
                    : new Held(0, known.granted, lock.release(key(thread))));
    if (now == null || now.releasing == null) {
      return;
    }
    FireAndForget.harmless(
        now.releasing.onComplete(done -> {
          held.remove(id, now);
          onReleased.accept(id, unfinished);
        }),
        "a lock that stays is taken over by the next owner, since this one does not have the thread");
  }

  /// All threads this instance has claimed.
  List<ThreadId> all() {
    return List.copyOf(held.keySet());
  }

  /// What became of all locks.
  ///
  /// @param kept those this instance has
  /// @param lost those another instance has by now
  record Taken(List<ThreadId> kept, List<ThreadId> lost) {}

  /// Takes every lock anew, after the lock service has forgotten them or was away.
  Future<Taken> takeAllAnew() {
    List<ThreadId> kept = Collections.synchronizedList(new ArrayList<>());
    List<ThreadId> lost = Collections.synchronizedList(new ArrayList<>());
    return Batches.each(
            all(),
            AT_ONCE,
            id -> lock.acquire(key(id), TTL).onSuccess(taken -> (taken ? kept : lost).add(id)))
        .map(all -> new Taken(List.copyOf(kept), List.copyOf(lost)));
  }

  /// Whether this instance takes up threads that are another one's turn, too: the other one may not
  /// be able to.
  void takeUpAny(boolean any) {
    anyone = any;
  }

  @Override
  public Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished) {
    List<ThreadId> elsewhere = unfinished.stream().filter(id -> !holds(id)).toList();
    if (elsewhere.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return lock.holders(elsewhere.stream().map(ThreadLocks::key).toList())
        .compose(holders -> dead(holders).map(dead -> abandoned(elsewhere, holders, dead)))
        .recover(cause ->
            cause instanceof LockUnavailable
                ? others.owned(elsewhere).map(owned -> without(elsewhere, owned))
                : Future.failedFuture(cause))
        .map(free -> {
          List<InstanceInfo> living = peers.living();
          return free.stream().filter(id -> anyone || isTurn(id, living)).toList();
        });
  }

  boolean isTurn(ThreadId id, List<InstanceInfo> living) {
    return Rendezvous.chosen(id, living).filter(peers.self()::equals).isPresent();
  }

  private static List<ThreadId> without(List<ThreadId> all, Set<ThreadId> owned) {
    return all.stream().filter(id -> !owned.contains(id)).toList();
  }

  /// Those of the holders that are dead. This instance counts as dead: it does not have the
  /// threads.
  private Future<Set<String>> dead(List<Optional<String>> holders) {
    Set<String> dead = new HashSet<>(Set.of(peers.self().value()));
    List<String> unknown =
        holders.stream()
            .flatMap(Optional::stream)
            .distinct()
            .filter(holder -> !peers.lives(new InstanceId(holder)))
            .limit(DistributedLock.KEYS_MAX)
            .toList();
    if (unknown.isEmpty()) {
      return Future.succeededFuture(dead);
    }
    return lock.holders(
            unknown.stream().map(holder -> LeasedPeers.leaseOf(new InstanceId(holder))).toList())
        .map(leases -> {
          for (int i = 0; i < unknown.size(); i++) {
            if (leases.get(i).isEmpty()) {
              dead.add(unknown.get(i));
            }
          }
          return dead;
        });
  }

  private static List<ThreadId> abandoned(
      List<ThreadId> threads, List<Optional<String>> holders, Set<String> dead) {
    List<ThreadId> abandoned = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      Optional<String> holder = holders.get(i);
      if (holder.isEmpty() || dead.contains(holder.get())) {
        abandoned.add(threads.get(i));
      }
    }
    return abandoned;
  }
}
