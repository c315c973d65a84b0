package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
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
import dev.artserver.store.ThreadStore;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of one instance. The first command for a thread activates it. For any thread.
public final class LocalThreads implements Threads {
  private static final Logger LOG = LoggerFactory.getLogger(LocalThreads.class);

  /// How often a command is sent that meets a closing owner: again at the next tick, then after 1,
  /// 2, 4 … ms, two seconds in all. More than one retry is rare.
  private static final int TRIES = 12;

  private static final Duration COMMAND_MAX = Duration.ofSeconds(60);

  private final ThreadServices services;
  private final OwnerLoops loops;
  private final ActiveThreads active;

  private final Rejoining rejoining = new Rejoining();

  LocalThreads(
      ThreadServices services,
      FeedConfig feedConfig,
      Ownership ownership,
      OwnerLoops loops,
      RandomGenerator random) {
    this.services = services;
    this.loops = loops;
    active = new ActiveThreads(services, feedConfig, ownership, loops, random);
  }

  /// To be called once per Vert.x instance.
  ///
  /// @param eventLoops those of `vertx`, at least 1
  public static Future<LocalThreads> open(
      Vertx vertx,
      ThreadServices services,
      FeedConfig feedConfig,
      Ownership ownership,
      int eventLoops) {
    return open(vertx, services, feedConfig, ownership, eventLoops, COMMAND_MAX);
  }

  /// @param commandMax how long a command may take
  static Future<LocalThreads> open(
      Vertx vertx,
      ThreadServices services,
      FeedConfig feedConfig,
      Ownership ownership,
      int eventLoops,
      Duration commandMax) {
    return VertxOwnerLoops.open(vertx, eventLoops, feedConfig.tokenPause(), commandMax)
        .map(loops -> new LocalThreads(services, feedConfig, ownership, loops, new Random()));
  }

  @Override
  public <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    return send(command.thread(), owner -> owner.handle(command), TRIES);
  }

  @Override
  public Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest request, FeedReader reader) {
    RefollowingReader moving = new RefollowingReader(rejoining, command.thread(), request, reader);
    return startHere(command, request, moving).map(moving::started);
  }

  /// As `start`, but the reader follows only the owner here: it gets `MOVED` when that leaves.
  public Future<StartedRun> startHere(
      ThreadCommand.StartRun command, FollowRequest request, FeedReader reader) {
    Follow follow = following(request, reader);
    return send(command.thread(), owner -> owner.start(command, follow), TRIES)
        .onFailure(error -> follow.handover().abandon());
  }

  @Override
  public Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader) {
    return new RefollowingReader(rejoining, id, request, reader).follow();
  }

  /// As `follow`, but the reader follows only the owner here: it gets `MOVED` when that leaves.
  public Future<Subscription> followHere(ThreadId id, FollowRequest request, FeedReader reader) {
    return follow(id, following(request, reader));
  }

  /// How readers follow a thread again when it moves.
  private final class Rejoining implements RefollowingReader.Joiner {
    @Override
    public Future<Subscription> join(ThreadId id, FollowRequest request, FeedReader reader) {
      return followHere(id, request, reader);
    }

    @Override
    public Future<Void> pause(Duration delay) {
      return LocalThreads.this.pause(delay);
    }
  }

  /// Completes on the caller's context after `delay`; at its next tick when that is zero.
  public Future<Void> pause(Duration delay) {
    return loops.pause(delay);
  }

  Future<Subscription> follow(ThreadId id, Follow follow) {
    return send(id, owner -> owner.follow(follow), TRIES)
        .onFailure(error -> follow.handover().abandon());
  }

  private Follow following(FollowRequest request, FeedReader reader) {
    return new Follow(request, reader, loops.caller(), new PendingSubscription());
  }

  @Override
  public Future<StateDocument> state(ThreadId id) {
    ActiveThreads.Active known = active.find(id);
    StateDocument document = known == null ? null : known.owner().document();
    return document == null ? stored(id) : Future.succeededFuture(document);
  }

  private Future<StateDocument> stored(ThreadId id) {
    return store()
        .load(id)
        .compose(loaded -> StoredState.of(store(), loaded.orElseThrow(() -> notFound(id))))
        .map(stored -> stored.state().document());
  }

  @Override
  public Future<ThreadHead> find(ThreadId id) {
    return store().head(id).map(head -> head.orElseThrow(() -> notFound(id)));
  }

  private static FailureException notFound(ThreadId id) {
    return new FailureException(new Failure.NotFound("THREAD", id.value()));
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return store().list(query);
  }

  @Override
  public Future<List<Fact>> facts(ThreadId id, FactQuery query) {
    return store()
        .read(id, query)
        .compose(facts ->
            facts.isEmpty() ? find(id).map(exists -> facts) : Future.succeededFuture(facts));
  }

  /// Threads active now.
  public int active() {
    return active.active();
  }

  /// Whether a thread has its owner here, or is being activated here.
  public boolean isActive(ThreadId id) {
    return active.find(id) != null;
  }

  /// Whether commands are refused, since the instance stops.
  public boolean stopping() {
    return active.stopping();
  }

  /// An unfinished thread may have lost its owner elsewhere: it is activated here, unless another
  /// instance has it or its work is done.
  public void takeUp(ThreadId id) {
    active.activator().ownerLost(id, Activator.Reason.MOVED);
  }

  /// Looks for unfinished threads without an owner; see `ThreadsVerticle.recover`.
  public Future<Integer> recover() {
    return active.activator().recover();
  }

  /// Closes a thread whatever is under way, since another instance may have it. Completes when it
  /// is closed.
  public Future<Void> giveUp(ThreadId id) {
    return askIfActive(id, AgentThreadVerticle::giveUp);
  }

  /// Closes an active thread when the store says that another owner has written to it. Fails when
  /// the store does not answer.
  public Future<Void> verify(ThreadId id) {
    return askIfActive(id, AgentThreadVerticle::verify);
  }

  /// Closes all threads whatever is under way, since other instances may have them. Completes when
  /// all are closed.
  public Future<Void> giveUpAll() {
    return Future.join(active.allOwners().stream().map(owner -> giveUp(owner.id())).toList())
        .mapEmpty();
  }

  /// About how many bytes all active threads take.
  long heldBytes() {
    return active.heldBytes();
  }

  /// About how many bytes a thread takes; empty when it is not active here.
  public OptionalLong weight(ThreadId id) {
    ActiveThreads.Active known = active.find(id);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known.owner().weight());
  }

  /// The owners of all active threads. Weakly consistent.
  Iterator<AgentThreadVerticle> owners() {
    return active.owners();
  }

  /// A copy of the owners of all active threads.
  List<AgentThreadVerticle> allOwners() {
    return active.allOwners();
  }

  /// Activates a thread, so that its unfinished work goes on; gives whether it exists.
  Future<Boolean> activate(ThreadId id) {
    return active.activate(id);
  }

  /// What activates threads in the background.
  Activator activator() {
    return active.activator();
  }

  /// The context of background work.
  Executor background() {
    return loops.background();
  }

  /// Closes an active thread if it is idle, and does not wait.
  void passivate(ThreadId id) {
    FireAndForget.harmless(
        askIfActive(id, AgentThreadVerticle::passivate), "the next round looks at it again");
  }

  /// Ends stalled readers of an active thread, and does not wait.
  void sweepReaders(ThreadId id) {
    FireAndForget.harmless(
        askIfActive(id, AgentThreadVerticle::sweepReaders), "the next round looks at it again");
  }

  /// Closes an active thread as soon as no step of a run is open. Completes when it is closed, or
  /// when a step is open.
  Future<Void> handOver(ThreadId id) {
    return askIfActive(id, AgentThreadVerticle::handOver);
  }

  /// Closes an active thread.
  Future<Void> park(ThreadId id) {
    return askIfActive(id, AgentThreadVerticle::park);
  }

  private <T> Future<T> askIfActive(ThreadId id, Function<AgentThreadVerticle, Future<T>> act) {
    ActiveThreads.Active known = active.find(id);
    return known == null ? Future.succeededFuture() : known.ask(act);
  }

  /// Refuses commands and activations from now on.
  void stopAccepting() {
    active.stop();
  }

  private <T> Future<T> send(ThreadId id, Function<AgentThreadVerticle, Future<T>> act, int tries) {
    if (active.stopping()) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    ActiveThreads.Active owner = active.get(id);
    return owner
        .ask(act)
        .recover(cause -> {
          if (!(cause instanceof FailureException refused)) {
            return Future.failedFuture(broken(id, owner, cause));
          }
          return refused.failure() instanceof Failure.Fenced && tries > 1
              ? again(id, act, tries)
              : Future.failedFuture(cause);
        });
  }

  private static FailureException broken(ThreadId id, ActiveThreads.Active owner, Throwable cause) {
    String what =
        owner.opened().failed() ? "the thread could not be activated" : "the command failed";
    LOG.atError().setCause(cause).addKeyValue("threadId", id).log(what);
    return new FailureException(new Failure.Internal(what));
  }

  /// The owner was closing; the next try opens a new one.
  private <T> Future<T> again(
      ThreadId id, Function<AgentThreadVerticle, Future<T>> act, int tries) {
    Duration pause = tries == TRIES ? Duration.ZERO : Duration.ofMillis(1L << (TRIES - 1 - tries));
    return loops.pause(pause).compose(next -> send(id, act, tries - 1));
  }

  private ThreadStore store() {
    return services.store();
  }
}
