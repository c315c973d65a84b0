package dev.artserver.cluster;

import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Timers;
import dev.artserver.lease.DistributedLock;
import dev.artserver.model.Ids;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import dev.artserver.stream.FeedConfig;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.Ownership;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One instance's part in a cluster, put together: who lives, who owns what, commands and feeds
/// between instances, and what happens when one is gone.
public final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final int VERIFIED_AT_ONCE = 64;
  private static final Duration CHECK_FEEDS = Duration.ofSeconds(2);

  private final Services services;
  private final LeasedPeers peers;
  private final Directory directory;
  private final OwnedThreads owned;
  private final ThreadLocks locks;
  private @Nullable Takeover takeover;
  private boolean stopped;

  /// What a cluster needs of its surroundings.
  ///
  /// @param lock this instance's, whose token is the id of `channel.self()`
  /// @param lease the same for this instance's lease: many claims of threads must not delay it
  /// @param timers of any context
  /// @param context of what runs in the background here
  /// @param caller runs tasks on the context of the caller
  public record Services(
      Channel channel,
      DistributedLock lock,
      DistributedLock lease,
      ClusterConfig config,
      ThreadStore store,
      FeedConfig feeds,
      Ids ids,
      Timers timers,
      InstantSource clock,
      Executor context,
      Supplier<Executor> caller) {}

  /// @param info what this instance is now; for any thread
  public Cluster(Services services, Supplier<InstanceInfo> info) {
    this.services = services;
    peers =
        new LeasedPeers(
            services.channel,
            services.lease,
            services.config,
            services.timers,
            services.context,
            info);
    directory = new Directory(services.config.knownMax());
    owned = new OwnedThreads(services.channel, peers);
    locks = new ThreadLocks(services.lock, peers, directory, owned, this::onReleased);
  }

  public Peers peers() {
    return peers;
  }

  /// Which threads this instance may own; for its `LocalThreads`.
  public Ownership ownership() {
    return locks;
  }

  /// Takes part with the threads of this instance, and gives those of all instances.
  public ClusteredThreads join(LocalThreads local) {
    RemoteCommands commands =
        new RemoteCommands(services.channel, services.ids, services.config.commandMax());
    RemoteReaders readers = new RemoteReaders(services.channel, local, peers);
    RemoteFeeds feeds =
        new RemoteFeeds(
            services.channel,
            services.store,
            services.feeds,
            services.timers,
            services.clock,
            services.caller);
    Takeover takes =
        new Takeover(services.channel, peers, locks, local, services.timers, services.context);
    takeover = takes;
    owned.answer(local::isActive);
    owned.onWritten(id -> FireAndForget.harmless(local.verify(id), "its next write is refused"));
    commands.answer(local);
    readers.answer();
    feeds.answer();
    peers.onGone(gone -> {
      directory.forgetAll(gone);
      readers.forget(gone);
      feeds.forget(gone);
    });
    peers.onPaused(() -> {
      directory.clear();
      feeds.endAll();
      return local.giveUpAll();
    });
    peers.onLocksForgotten(() -> takeLocksAnew(local));
    // Cut off from here, it may have taken threads of this instance meanwhile.
    peers.onReturned(
        back -> FireAndForget.logged(verifyTwice(local, locks.all()), "verify owners"));
    peers.start();
    takes.start();
    services.context.execute(() -> checkLater(feeds));
    return new ClusteredThreads(
        local,
        peers,
        locks,
        directory,
        commands,
        feeds,
        services.config.patience(),
        services.timers);
  }

  /// Tells the others that nothing new is taken here any more; `info` says so from now on.
  public void drain() {
    if (takeover != null) {
      takeover.stop();
    }
    peers.announce();
  }

  /// Leaves, after the last thread was handed over.
  public Future<Void> leave() {
    stopped = true;
    return peers.leave();
  }

  private void onReleased(ThreadId id, boolean unfinished) {
    Takeover takes = takeover;
    if (unfinished && takes != null) {
      takes.abandoned(id);
    }
  }

  /// Locks may have been forgotten or passed by, so some threads may have two owners. Each keeps
  /// those whose lock it gets, if nobody else has written to them, and looks at them once more when
  /// the others have had time to do the same.
  private void takeLocksAnew(LocalThreads local) {
    FireAndForget.logged(
        locks
            .takeAllAnew()
            .compose(taken -> {
              if (!taken.lost().isEmpty()) {
                LOG.atWarn()
                    .addKeyValue("threads", taken.lost().size())
                    .log("other instances have taken threads meanwhile");
                taken
                    .lost()
                    .forEach(id ->
                        FireAndForget.harmless(local.giveUp(id), "its next write is refused"));
                owned.tellWritten(taken.lost());
              }
              return verifyTwice(local, taken.kept());
            }),
        "take locks anew");
  }

  private Future<Void> verifyTwice(LocalThreads local, List<ThreadId> threads) {
    services.context.execute(() ->
        services.timers.schedule(
            services.config.lease().multipliedBy(2),
            () -> FireAndForget.logged(verify(local, threads), "verify owners")));
    return verify(local, threads);
  }

  private static Future<Void> verify(LocalThreads local, List<ThreadId> threads) {
    return Batches.each(threads, VERIFIED_AT_ONCE, local::verify);
  }

  private void checkLater(RemoteFeeds feeds) {
    services.timers.schedule(
        CHECK_FEEDS,
        () -> {
          if (!stopped) {
            feeds.check();
            checkLater(feeds);
          }
        });
  }
}
