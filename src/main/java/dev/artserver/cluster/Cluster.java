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
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One instance's part in a cluster, put together: who lives, who owns what, commands and feeds
/// between instances, and what happens when one is gone.
public final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
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

  private void takeLocksAnew(LocalThreads local) {
    FireAndForget.logged(
        locks
            .takeAllAnew()
            .onSuccess(lost -> {
              if (!lost.isEmpty()) {
                LOG.atWarn()
                    .addKeyValue("threads", lost.size())
                    .log("other instances have taken threads meanwhile");
                lost.forEach(
                    id -> FireAndForget.harmless(local.giveUp(id), "its next write is refused"));
              }
            }),
        "take locks anew");
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
