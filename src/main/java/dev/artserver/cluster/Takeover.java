package dev.artserver.cluster;

import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Timers;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.LocalThreads;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.Executor;

/// Takes up unfinished threads that have lost their instance. When one is gone, all others look for
/// its threads, and each takes those that are its turn. A little later, and then from time to time,
/// each takes whatever is left: the one whose turn it was may not have been able to.
///
/// Confined to its context.
final class Takeover {
  private static final String ABANDONED = "abandoned";
  private static final Duration LEFT_OVER = Duration.ofSeconds(2);
  private static final Duration EVERY = Duration.ofSeconds(20);

  private final Channel channel;
  private final LeasedPeers peers;
  private final ThreadLocks locks;
  private final LocalThreads local;
  private final Timers timers;
  private final Executor context;
  private boolean stopped;

  Takeover(
      Channel channel,
      LeasedPeers peers,
      ThreadLocks locks,
      LocalThreads local,
      Timers timers,
      Executor context) {
    this.channel = channel;
    this.peers = peers;
    this.locks = locks;
    this.local = local;
    this.timers = timers;
    this.context = context;
  }

  void start() {
    channel.hear(ABANDONED, (from, message) -> onAbandoned(from, new ThreadId(message.toString())));
    peers.onGone(gone -> look());
    context.execute(() -> {
      look();
      timers.schedule(EVERY, this::lookAgain);
    });
  }

  void stop() {
    context.execute(() -> stopped = true);
  }

  /// This instance has let go of a thread that has work left.
  void abandoned(ThreadId id) {
    channel.tell(ABANDONED, Buffer.buffer(id.value()));
  }

  private void onAbandoned(InstanceId from, ThreadId id) {
    if (!from.equals(peers.self()) && locks.isTurn(id, peers.living())) {
      local.takeUp(id);
    }
  }

  private void look() {
    pass(false);
    timers.schedule(LEFT_OVER, () -> pass(true));
  }

  private void lookAgain() {
    pass(true);
    if (!stopped) {
      timers.schedule(EVERY, this::lookAgain);
    }
  }

  private void pass(boolean any) {
    if (stopped || local.stopping()) {
      return;
    }
    locks.takeUpAny(any);
    FireAndForget.logged(local.recover(), "look for threads without an owner");
  }
}
