package dev.artserver.cluster;

import dev.artserver.flow.Callbacks;
import dev.artserver.flow.Timers;
import dev.artserver.lease.DistributedLock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who lives: each instance keeps one lock, its lease, and tells the others about itself three
/// times per lease. An instance is gone when it says so, or when it is silent and its lease has run
/// out. While the lock service is away, silence of two leases is enough. What this costs does not
/// depend on the number of threads.
///
/// An instance also watches itself: after a pause longer than its lease, others may have taken over
/// everything it owns.
public final class LeasedPeers implements Peers {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedPeers.class);
  private static final String BEAT = "beat";
  private static final String LEAVING = "leaving";

  /// Instances that are gone and remembered.
  private static final int GONE_MAX = 1_000;

  /// Looks per beat whether a peer is gone.
  private static final int LOOKS = 2;

  private final Channel channel;
  private final DistributedLock lock;
  private final ClusterConfig config;
  private final Timers timers;
  private final Executor context;
  private final Supplier<InstanceInfo> info;
  private final Map<InstanceId, Peer> peers = new ConcurrentSkipListMap<>();

  private final List<Consumer<InstanceId>> onGone = new CopyOnWriteArrayList<>();
  private final List<Consumer<InstanceId>> onReturned = new CopyOnWriteArrayList<>();

  /// The last that are gone; confined to the context.
  private final LinkedHashSet<InstanceId> gone = new LinkedHashSet<>();

  private Supplier<Future<Void>> onPaused = Future::succeededFuture;
  private Runnable onLocksForgotten = () -> {};
  private volatile long lookedAt;
  private volatile boolean givingUp;
  private long beatAt;
  private volatile boolean stopped;
  private boolean leased;
  private boolean unanswered;
  private boolean looking;
  private boolean lockAway;

  private record Peer(InstanceInfo info, long heardAt) {}

  /// @param lock this instance's, whose token is its id
  /// @param timers of `context`
  /// @param context on which everything here is done
  /// @param info what this instance is now; from `context`
  public LeasedPeers(
      Channel channel,
      DistributedLock lock,
      ClusterConfig config,
      Timers timers,
      Executor context,
      Supplier<InstanceInfo> info) {
    this.channel = channel;
    this.lock = lock;
    this.config = config;
    this.timers = timers;
    this.context = context;
    this.info = info;
  }

  /// The lock that is an instance's lease.
  static String leaseOf(InstanceId id) {
    return "instance:" + id;
  }

  /// Begins to show that this instance lives.
  public void start() {
    channel.hear(BEAT, (from, message) -> context.execute(() -> onBeat(from, message)));
    channel.hear(LEAVING, (from, message) -> context.execute(() -> onLeaving(from)));
    context.execute(() -> {
      lookedAt = timers.nanos();
      beat();
      again();
    });
  }

  /// Tells the others that this instance ends, and gives its lease back.
  public Future<Void> leave() {
    stopped = true;
    channel.tell(LEAVING, Buffer.buffer());
    return lock.release(leaseOf(self())).transform(released -> Future.succeededFuture());
  }

  /// Tells the others at once what this instance is now.
  public void announce() {
    context.execute(() -> channel.tell(BEAT, InstanceInfoJson.write(info.get())));
  }

  /// Called on the context when this instance did not run for longer than its lease. It counts as
  /// paused until the listener's future completes.
  public void onPaused(Supplier<Future<Void>> listener) {
    onPaused = listener;
  }

  /// Called on the context when the lock service may have forgotten locks: it had forgotten this
  /// instance's lease, or it answers again.
  public void onLocksForgotten(Runnable listener) {
    onLocksForgotten = listener;
  }

  @Override
  public void onGone(Consumer<InstanceId> listener) {
    onGone.add(listener);
  }

  /// Tells of each instance that was thought to be gone and is there again, on the context.
  public void onReturned(Consumer<InstanceId> listener) {
    onReturned.add(listener);
  }

  @Override
  public InstanceId self() {
    return channel.self();
  }

  @Override
  public List<InstanceInfo> living() {
    List<InstanceInfo> all = new ArrayList<>();
    InstanceInfo own = info.get();
    boolean added = false;
    for (Peer peer : peers.values()) {
      if (!added && own.id().compareTo(peer.info.id()) < 0) {
        all.add(own);
        added = true;
      }
      all.add(peer.info);
    }
    if (!added) {
      all.add(own);
    }
    return all;
  }

  /// What this instance is now.
  InstanceInfo own() {
    return info.get();
  }

  @Override
  public boolean lives(InstanceId id) {
    return id.equals(self()) || peers.containsKey(id);
  }

  /// Whether this instance has not run for so long that others may have taken over what it owns.
  /// For any thread.
  public boolean isPaused() {
    return givingUp || timers.nanos() - lookedAt > config.lease().toNanos();
  }

  private void again() {
    timers.schedule(config.beat().dividedBy(LOOKS), this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    if (isPaused() && !givingUp) {
      LOG.atWarn()
          .addKeyValue("pausedMs", Duration.ofNanos(timers.nanos() - lookedAt).toMillis())
          .log("this instance did not run for longer than its lease and gives its threads up");
      // Everyone was silent meanwhile, as far as this instance heard.
      long now = timers.nanos();
      peers.replaceAll((id, peer) -> new Peer(peer.info, now));
      givingUp = true;
      onPaused.get().onComplete(done -> givingUp = false);
    }
    lookedAt = timers.nanos();
    if (lookedAt - beatAt >= config.beat().toNanos()) {
      beat();
    }
    look();
    again();
  }

  private void beat() {
    beatAt = timers.nanos();
    channel.tell(BEAT, InstanceInfoJson.write(info.get()));
    lock.extend(leaseOf(self()), config.lease())
        .compose(had ->
            had ? Future.succeededFuture(false) : lock.acquire(leaseOf(self()), config.lease()))
        .onComplete(done ->
            context.execute(() -> {
              if (done.failed()) {
                unanswered = true;
              } else {
                onLease(done.result());
              }
            }));
  }

  /// @param isNew whether the lock service did not know this instance
  private void onLease(boolean isNew) {
    boolean forgotten = unanswered || (isNew && leased);
    unanswered = false;
    leased = true;
    if (forgotten) {
      LOG.atWarn().log("the lock service may have forgotten locks; they are taken anew");
      Callbacks.run(onLocksForgotten);
    }
  }

  private void onBeat(InstanceId from, Buffer message) {
    if (from.equals(self()) || stopped) {
      return;
    }
    Peer known = peers.put(from, new Peer(InstanceInfoJson.read(message), timers.nanos()));
    if (known == null) {
      LOG.atInfo().addKeyValue("instance", from).log("an instance is there");
      if (gone.remove(from)) {
        onReturned.forEach(listener -> Callbacks.accept(listener, from));
      }
    }
  }

  private void onLeaving(InstanceId from) {
    if (!from.equals(self())) {
      remove(from, "an instance has ended");
    }
  }

  private void look() {
    List<InstanceId> silent = silentFor(config.lease().toNanos() * 2 / 3);
    if (silent.isEmpty() || looking) {
      return;
    }
    looking = true;
    lock.holders(silent.stream().map(LeasedPeers::leaseOf).toList())
        .onComplete(read ->
            context.execute(() -> {
              looking = false;
              if (read.succeeded()) {
                lockAway = false;
                onLeases(silent, read.result());
              } else {
                onLocksAway();
              }
            }));
  }

  private void onLeases(List<InstanceId> silent, List<Optional<String>> holders) {
    List<InstanceId> still = silentFor(config.lease().toNanos() * 2 / 3);
    for (int i = 0; i < silent.size(); i++) {
      if (holders.get(i).isEmpty() && still.contains(silent.get(i))) {
        remove(silent.get(i), "an instance is silent and its lease has run out");
      }
    }
  }

  private void onLocksAway() {
    if (!lockAway) {
      lockAway = true;
      LOG.atWarn().log("the lock service does not answer; instances are judged by their messages");
    }
    silentFor(config.lease().toNanos() * 2)
        .forEach(id -> remove(id, "an instance is silent, and the lock service does not answer"));
  }

  private List<InstanceId> silentFor(long nanos) {
    long now = timers.nanos();
    return peers.entrySet().stream()
        .filter(peer -> now - peer.getValue().heardAt >= nanos)
        .map(Map.Entry::getKey)
        .limit(DistributedLock.KEYS_MAX)
        .toList();
  }

  private void remove(InstanceId id, String why) {
    if (peers.remove(id) == null) {
      return;
    }
    LOG.atWarn().addKeyValue("instance", id).log(why);
    gone.add(id);
    if (gone.size() > GONE_MAX) {
      gone.removeFirst();
    }
    onGone.forEach(listener -> Callbacks.accept(listener, id));
  }
}
