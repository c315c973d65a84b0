package dev.artserver.cluster;

import dev.artserver.flow.Timers;
import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.RefollowingReader;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The threads of all instances. A command goes to the instance that owns its thread. If none does,
/// this instance takes the thread, or the least loaded one when this one is full.
///
/// While an owner is dying or moving, commands and readers try again for a time: each command
/// carries an operation key then, so it is carried out once. Lists and pages come from the store.
public final class ClusteredThreads implements Threads {
  private static final long FIRST_PAUSE_MS = 5;
  private static final int DOUBLINGS_MAX = 6;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final LocalThreads local;
  private final LeasedPeers peers;
  private final ThreadLocks locks;
  private final Directory directory;
  private final RemoteCommands commands;
  private final RemoteFeeds feeds;
  private final Duration patience;
  private final Timers timers;
  private final Rejoining rejoining = new Rejoining();

  ClusteredThreads(
      LocalThreads local,
      LeasedPeers peers,
      ThreadLocks locks,
      Directory directory,
      RemoteCommands commands,
      RemoteFeeds feeds,
      Duration patience,
      Timers timers) {
    this.local = local;
    this.peers = peers;
    this.locks = locks;
    this.directory = directory;
    this.commands = commands;
    this.feeds = feeds;
    this.patience = patience;
    this.timers = timers;
  }

  @Override
  public <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    if (local.isActive(command.thread()) && !peers.isPaused()) {
      return local
          .ask(command)
          .recover(cause -> isMoving(cause) ? routed(command) : Future.failedFuture(cause));
    }
    return routed(command);
  }

  private <A extends Answer> Future<A> routed(ThreadCommand<A> command) {
    ThreadCommand<A> repeatable = commands.repeatable(command);
    return new Search<A>(
            command.thread(),
            owner ->
                owner.equals(peers.self())
                    ? local.ask(repeatable)
                    : commands.send(owner, repeatable))
        .begin();
  }

  @Override
  public Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest request, FeedReader reader) {
    RefollowingReader moving = new RefollowingReader(rejoining, command.thread(), request, reader);
    if (local.isActive(command.thread()) && !peers.isPaused()) {
      return local
          .startHere(command, request, new AwakeReader(peers, moving))
          .recover(cause ->
              isMoving(cause) ? startRouted(command, request, moving) : Future.failedFuture(cause))
          .map(moving::started);
    }
    return startRouted(command, request, moving).map(moving::started);
  }

  private Future<StartedRun> startRouted(
      ThreadCommand.StartRun command, FollowRequest request, RefollowingReader reader) {
    ThreadCommand.StartRun repeatable = (ThreadCommand.StartRun) commands.repeatable(command);
    return new Search<StartedRun>(
            command.thread(),
            owner ->
                owner.equals(peers.self())
                    ? local.startHere(repeatable, request, new AwakeReader(peers, reader))
                    : startAt(owner, repeatable, request, reader))
        .begin();
  }

  /// The feed is opened first, so that the text of a call that ends at once is not missed.
  private Future<StartedRun> startAt(
      InstanceId owner,
      ThreadCommand.StartRun command,
      FollowRequest request,
      RefollowingReader reader) {
    return feeds
        .open(command.thread(), owner)
        .transform(opened -> commands.send(owner, command))
        .map(accepted ->
            new StartedRun(
                accepted,
                rejoining.join(
                    command.thread(), request.from(accepted.run(), accepted.seq()), reader)));
  }

  @Override
  public Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader) {
    return new RefollowingReader(rejoining, id, request, reader).follow();
  }

  /// How readers find the owner, at first and when the thread has moved.
  private final class Rejoining implements RefollowingReader.Joiner {
    @Override
    public Future<Subscription> join(ThreadId id, FollowRequest request, FeedReader reader) {
      return new Search<Subscription>(
              id,
              owner ->
                  owner.equals(peers.self())
                      ? local.followHere(id, request, new AwakeReader(peers, reader))
                      : feeds.join(id, owner, request, reader))
          .begin();
    }

    @Override
    public Future<Void> pause(Duration delay) {
      return local.pause(delay);
    }
  }

  @Override
  public Future<StateDocument> state(ThreadId id) {
    return local.state(id);
  }

  @Override
  public Future<ThreadHead> find(ThreadId id) {
    return local.find(id);
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return local.list(query);
  }

  @Override
  public Future<List<Fact>> facts(ThreadId id, FactQuery query) {
    return local.facts(id, query);
  }

  /// The instance to ask about a thread: its owner as far as known, else the one that is to take
  /// it.
  public Future<InstanceId> owner(ThreadId id) {
    InstanceId self = peers.self();
    if (local.isActive(id)) {
      return Future.succeededFuture(self);
    }
    InstanceId known = directory.find(id);
    if (known != null && peers.lives(known)) {
      return Future.succeededFuture(known);
    }
    // The claim finds out whether it is free, with one command less.
    return !local.stopping() && peers.own().hasRoom()
        ? Future.succeededFuture(self)
        : locks.owner(id).map(holder -> holder.filter(peers::lives).orElseGet(this::leastLoaded));
  }

  /// This instance when no other has room.
  private InstanceId leastLoaded() {
    return leastLoaded(Set.of()).orElse(peers.self());
  }

  /// @param without instances that cannot take the thread
  private Optional<InstanceId> leastLoaded(Set<InstanceId> without) {
    return peers.living().stream()
        .filter(InstanceInfo::hasRoom)
        .filter(info -> !without.contains(info.id()))
        .filter(info -> !(info.id().equals(peers.self()) && local.stopping()))
        .min(Comparator.comparingInt(InstanceInfo::threads))
        .map(InstanceInfo::id);
  }

  /// Whether another try may find another owner, and nothing was carried out.
  private static boolean isMoving(Throwable cause) {
    return cause instanceof FailureException e
        && (e.failure() instanceof Failure.OwnedElsewhere
            || e.failure() instanceof Failure.Fenced
            || e.failure() instanceof Failure.TooNew
            || e.failure() instanceof Failure.Stopping);
  }

  /// Asks the owner of a thread, wherever it is, until one answers.
  private final class Search<T> {
    private final ThreadId id;
    private final Function<InstanceId, Future<T>> act;
    private final long begun = timers.nanos();

    /// Instances of an earlier release, which cannot read the thread's newest facts.
    private final Set<InstanceId> tooOld = new HashSet<>();

    private int tries;

    Search(ThreadId id, Function<InstanceId, Future<T>> act) {
      this.id = id;
      this.act = act;
    }

    Future<T> begin() {
      tries++;
      return owner(id)
          .map(owner -> tooOld.contains(owner) ? leastLoaded(tooOld).orElse(owner) : owner)
          .compose(owner -> act.apply(owner).recover(cause -> again(owner, cause)));
    }

    private Future<T> again(InstanceId owner, Throwable cause) {
      boolean unreachable = cause instanceof PeerUnreachable;
      if (!unreachable && !isMoving(cause)) {
        return Future.failedFuture(cause);
      }
      directory.forget(id, owner);
      boolean late = timers.nanos() - begun > patience.toNanos();
      late |= isTooNew(cause) && (!tooOld.add(owner) || leastLoaded(tooOld).isEmpty());
      if (late || (peers.living().size() == 1 && !unreachable && !isOwnedElsewhere(cause))) {
        return Future.failedFuture(unreachable ? unreachable(owner) : cause);
      }
      Duration pause =
          tries == 1
              ? Duration.ZERO
              : Duration.ofMillis(FIRST_PAUSE_MS << Math.min(tries - 2, DOUBLINGS_MAX));
      return local.pause(pause).compose(next -> begin());
    }

    private boolean isTooNew(Throwable cause) {
      return cause instanceof FailureException e && e.failure() instanceof Failure.TooNew;
    }

    private boolean isOwnedElsewhere(Throwable cause) {
      return cause instanceof FailureException e && e.failure() instanceof Failure.OwnedElsewhere;
    }

    private FailureException unreachable(InstanceId owner) {
      return new FailureException(
          new Failure.Relayed(
              "INSTANCE_UNREACHABLE",
              503,
              "instance " + owner + ", which owns the thread, does not answer",
              RETRY_AFTER));
    }
  }
}
