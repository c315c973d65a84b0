package dev.artserver.cluster.quota;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.cluster.PeerUnreachable;
import dev.artserver.cluster.Peers;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockUnavailable;
import dev.artserver.lease.memory.MemoryLocks;
import dev.artserver.provider.quota.Quota;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Several instances in one thread, with a time of their own. Messages keep their order between two
/// instances and may be late, be lost or be cut off; an instance may freeze, and then does all that
/// was due when it goes on.
final class SimCluster {
  static final String PROVIDER = "p";
  private static final Instant BEGIN = Instant.parse("2026-12-01T00:00:00Z");
  private static final Comparator<Event> BY_TIME =
      Comparator.comparingLong(Event::at).thenComparingLong(Event::order);

  final Random random;
  private final ClusterQuotaConfig config;
  private final Permits.Limits limits;
  private final Map<String, Lane.Rules> lanes;
  private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
  private final MemoryLocks locks = new MemoryLocks(() -> SimCluster.this.now);
  private final Map<InstanceId, Instance> instances = new LinkedHashMap<>();
  private final Map<List<InstanceId>, Long> lastArrival = new HashMap<>();
  private final Set<Set<InstanceId>> cuts = new HashSet<>();
  private long now = 1_000;
  private long lastOrder;
  private int lastInstance;

  /// Longest way of a message, in milliseconds.
  int delayMaxMs;

  /// How many messages of 100 are lost.
  int lostPercent;

  /// Whether the lock service does not answer.
  boolean locksAway;

  /// How long until other instances know that one has come or has gone.
  Duration peersDelay = Duration.ZERO;

  private record Event(long at, long order, Runnable action) {}

  SimCluster(
      Random random,
      ClusterQuotaConfig config,
      Permits.Limits limits,
      Map<String, Lane.Rules> lanes) {
    this.random = random;
    this.config = config;
    this.limits = limits;
    this.lanes = lanes;
  }

  long now() {
    return now;
  }

  List<Instance> living() {
    return instances.values().stream().filter(each -> each.alive).toList();
  }

  Instance start() {
    InstanceId id = new InstanceId("i" + ++lastInstance);
    Instance instance = new Instance(id);
    instances.put(id, instance);
    instance.every(config.beat(), instance.source.member()::beat);
    return instance;
  }

  void clearLocks() {
    locks.clear();
  }

  void cut(Instance one, Instance other) {
    cuts.add(Set.of(one.id, other.id));
  }

  void heal() {
    cuts.clear();
  }

  /// Does what is due now.
  void settle() {
    advance(Duration.ZERO);
  }

  void advance(Duration time) {
    long end = now + time.toNanos();
    for (Event next = events.peek(); next != null && next.at() <= end; next = events.peek()) {
      events.remove();
      now = Math.max(now, next.at());
      next.action().run();
    }
    now = end;
  }

  void at(long moment, Runnable action) {
    events.add(new Event(moment, ++lastOrder, action));
  }

  /// One instance.
  final class Instance {
    final InstanceId id;
    final ClusterQuota source;
    private final FakeChannel channel = new FakeChannel(this);
    private final long startedAt = now;
    private boolean alive = true;
    private long goneAt = Long.MAX_VALUE;
    private long frozenFrom;
    private long frozenUntil;

    Instance(InstanceId id) {
      this.id = id;
      this.source =
          new ClusterQuota(
              PROVIDER,
              limits,
              lanes,
              new Surroundings(
                  channel,
                  new FakePeers(this),
                  new FakeLock(this),
                  () -> BEGIN.plusNanos(now),
                  () -> now,
                  task -> later(0, task),
                  this::keep,
                  config));
      channel.answer(
          Follower.SYNC,
          (from, bytes) ->
              Future.succeededFuture(
                  MessageJson.write(source.member().onSync(from, MessageJson.sync(bytes)))));
      channel.answer(
          Member.ORDER,
          (from, bytes) ->
              source.member().onOrder(MessageJson.order(bytes)).map(MessageJson::write));
      channel.answer(
          Coordinator.NEWS,
          (from, bytes) -> {
            source.member().onNews(from, MessageJson.news(bytes));
            return Future.succeededFuture(Buffer.buffer());
          });
      channel.hear(
          Member.ANNOUNCEMENT,
          (from, bytes) -> source.member().onAnnouncement(from, MessageJson.announcement(bytes)));
    }

    boolean alive() {
      return alive;
    }

    boolean frozen() {
      return now < frozenUntil;
    }

    /// How long it has been frozen; zero: it is not.
    long frozenFor() {
      return frozen() ? now - frozenFrom : 0;
    }

    /// Whether it does not run, or has had no time yet since it did not.
    boolean stoodStill() {
      return now <= frozenUntil && frozenUntil > 0;
    }

    boolean pastItsLease() {
      return now >= source.member().heldUntil();
    }

    void kill() {
      alive = false;
      goneAt = now;
    }

    void freeze(Duration time) {
      if (!frozen()) {
        frozenFrom = now;
        frozenUntil = now + time.toNanos();
      }
    }

    /// Runs here, when it does not stand still.
    void later(long delay, Runnable task) {
      at(now + delay, () -> here(task));
    }

    private void here(Runnable task) {
      if (!alive) {
        return;
      }
      if (frozen()) {
        at(frozenUntil, () -> here(task));
      } else {
        task.run();
      }
    }

    void every(Duration period, Runnable task) {
      later(
          period.toNanos(),
          () -> {
            task.run();
            every(period, task);
          });
    }

    private Runnable keep(Quota quota, Runnable rang) {
      boolean[] kept = {true};
      Consumer<Long> set =
          moment ->
              at(
                  moment,
                  () ->
                      here(() -> {
                        if (kept[0]) {
                          quota.tick();
                          rang.run();
                        }
                      }));
      quota.alarm(set::accept);
      later(0, quota::tick);
      return () -> kept[0] = false;
    }
  }

  private void travel(InstanceId from, InstanceId to, Runnable arrive) {
    if (!reach(from, to) || random.nextInt(100) < lostPercent) {
      return;
    }
    long delay = delayMaxMs == 0 ? 0 : random.nextLong(delayMaxMs * 1_000_000L);
    long arrival = Math.max(now + delay, lastArrival.getOrDefault(List.of(from, to), 0L));
    lastArrival.put(List.of(from, to), arrival);
    at(
        arrival,
        () -> {
          Instance target = instances.get(to);
          if (target != null && reach(from, to)) {
            target.here(arrive);
          }
        });
  }

  private boolean reach(InstanceId from, InstanceId to) {
    return from.equals(to) || !cuts.contains(Set.of(from, to));
  }

  private final class FakeChannel implements Channel {
    private final Instance instance;
    private final Map<String, Answerer> answerers = new HashMap<>();
    private final Map<String, Hearer> hearers = new HashMap<>();

    FakeChannel(Instance instance) {
      this.instance = instance;
    }

    @Override
    public InstanceId self() {
      return instance.id;
    }

    @Override
    public Future<Buffer> ask(InstanceId to, String kind, Buffer request, Duration patience) {
      Promise<Buffer> answer = Promise.promise();
      travel(
          instance.id,
          to,
          () -> {
            Answerer answerer = answerer(to, kind);
            answerer
                .answer(instance.id, request)
                .onComplete(done ->
                    travel(
                        to,
                        instance.id,
                        () -> {
                          if (done.succeeded()) {
                            answer.tryComplete(done.result());
                          } else {
                            answer.tryFail(done.cause());
                          }
                        }));
          });
      instance.later(
          patience.toNanos(),
          () -> answer.tryFail(new PeerUnreachable(to, "did not answer", null)));
      return answer.future();
    }

    @Override
    public void tell(String kind, Buffer message) {
      for (Instance each : living()) {
        travel(instance.id, each.id, () -> hearer(each, kind).hear(instance.id, message));
      }
    }

    @Override
    public void answer(String kind, Answerer answerer) {
      answerers.put(kind, answerer);
    }

    @Override
    public void hear(String kind, Hearer hearer) {
      hearers.put(kind, hearer);
    }
  }

  private Channel.Answerer answerer(InstanceId of, String kind) {
    return Objects.requireNonNull(
        Objects.requireNonNull(instances.get(of)).channel.answerers.get(kind));
  }

  private static Channel.Hearer hearer(Instance of, String kind) {
    return Objects.requireNonNull(of.channel.hearers.get(kind));
  }

  private final class FakePeers implements Peers {
    private final Instance instance;

    FakePeers(Instance instance) {
      this.instance = instance;
    }

    @Override
    public InstanceId self() {
      return instance.id;
    }

    @Override
    public List<InstanceInfo> living() {
      List<InstanceInfo> living = new ArrayList<>();
      for (Instance each : instances.values()) {
        if (each == instance || lives(each)) {
          living.add(new InstanceInfo(each.id, "1", 0, 1, 0, 1, 0, false, ""));
        }
      }
      return living;
    }

    private boolean lives(Instance each) {
      long delay = peersDelay.toNanos();
      return now - each.startedAt >= delay
          && (each.alive || now - each.goneAt < delay)
          && each.frozenFor() <= delay;
    }

    @Override
    public boolean lives(InstanceId id) {
      Instance each = instances.get(id);
      return each != null && (each == instance || lives(each));
    }

    @Override
    public void onGone(Consumer<InstanceId> listener) {}
  }

  /// A lock service whose answers take time, or do not come.
  private final class FakeLock implements DistributedLock {
    private final Instance instance;
    private final DistributedLock lock;

    FakeLock(Instance instance) {
      this.instance = instance;
      this.lock = locks.as(instance.id.value());
    }

    private Future<Boolean> ask(Supplier<Future<Boolean>> operation) {
      Promise<Boolean> answer = Promise.promise();
      long delay = delayMaxMs == 0 ? 0 : random.nextLong(delayMaxMs * 1_000_000L);
      at(
          now + delay,
          () -> {
            boolean away = locksAway;
            boolean result = !away && operation.get().result();
            instance.later(
                delay,
                () -> {
                  if (away) {
                    answer.fail(new LockUnavailable("away", null));
                  } else {
                    answer.complete(result);
                  }
                });
          });
      return answer.future();
    }

    @Override
    public String token() {
      return lock.token();
    }

    @Override
    public Future<Boolean> acquire(String key, Duration ttl) {
      return ask(() -> lock.acquire(key, ttl));
    }

    @Override
    public Future<Boolean> extend(String key, Duration ttl) {
      return ask(() -> lock.extend(key, ttl));
    }

    @Override
    public Future<Boolean> release(String key) {
      return ask(() -> lock.release(key));
    }

    @Override
    public Future<Boolean> replace(String key, String dead, Duration ttl) {
      return ask(() -> lock.replace(key, dead, ttl));
    }

    @Override
    public Future<List<Optional<String>>> holders(List<String> keys) {
      return lock.holders(keys);
    }
  }
}
