package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of one instance: each is activated by the first command for it, and every one that
/// is active has a verticle of its own. Usable from every event loop.
public final class LocalThreads implements Threads {
  private static final Logger LOG = LoggerFactory.getLogger(LocalThreads.class);

  /// How often a command that met an owner on its way out is sent again: at the next tick, then
  /// after 1, 2, 4 … ms, two seconds in all. More than one is rare.
  private static final int TRIES = 12;

  private static final Duration COMMAND_MAX = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final ThreadServices services;
  private final FeedConfig feedConfig;
  private final OwnerLoops homes;
  private final ConcurrentHashMap<ThreadId, Owner> owners = new ConcurrentHashMap<>();

  /// Estimated bytes of all that are active.
  private final LongAdder held = new LongAdder();

  private final Rejoining rejoining = new Rejoining();
  private volatile boolean stopping;

  /// One activation; `ready` succeeds on its home's event loop, when the thread is loaded.
  private record Owner(AgentThreadVerticle verticle, OwnerLoop home, Future<Void> ready) {
    <T> Future<T> ask(Function<AgentThreadVerticle, Future<T>> act) {
      return home.ask(() ->
          ready.succeeded() ? act.apply(verticle) : ready.compose(deployed -> act.apply(verticle)));
    }
  }

  private LocalThreads(
      Vertx vertx, ThreadServices services, FeedConfig feedConfig, OwnerLoops homes) {
    this.vertx = vertx;
    this.services = services;
    this.feedConfig = feedConfig;
    this.homes = homes;
  }

  /// Once for each Vert.x instance.
  ///
  /// @param eventLoops those of `vertx`, at least 1
  public static Future<LocalThreads> open(
      Vertx vertx, ThreadServices services, FeedConfig feedConfig, int eventLoops) {
    return open(vertx, services, feedConfig, eventLoops, COMMAND_MAX);
  }

  /// @param commandMax how long a command may take
  static Future<LocalThreads> open(
      Vertx vertx,
      ThreadServices services,
      FeedConfig feedConfig,
      int eventLoops,
      Duration commandMax) {
    return OwnerLoops.open(vertx, eventLoops, feedConfig.tokenPause(), commandMax)
        .map(homes -> new LocalThreads(vertx, services, feedConfig, homes));
  }

  @Override
  public <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    return send(command.thread(), owner -> owner.handle(command), TRIES);
  }

  @Override
  public Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest wish, FeedReader reader) {
    RefollowingReader moving = new RefollowingReader(rejoining, command.thread(), wish, reader);
    Follow follow = following(wish, moving);
    return send(command.thread(), owner -> owner.start(command, follow), TRIES)
        .onFailure(error -> follow.handover().abandon())
        .map(moving::started);
  }

  @Override
  public Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader) {
    return new RefollowingReader(rejoining, id, request, reader).follow();
  }

  /// How readers follow a thread again when it moves.
  private final class Rejoining implements RefollowingReader.Joiner {
    @Override
    public Future<Subscription> join(ThreadId id, FollowRequest request, FeedReader reader) {
      return follow(id, following(request, reader));
    }

    @Override
    public Future<Void> pause(Duration delay) {
      return vertx.timer(delay.toMillis()).mapEmpty();
    }
  }

  Future<Subscription> follow(ThreadId id, Follow follow) {
    return send(id, owner -> owner.follow(follow), TRIES)
        .onFailure(error -> follow.handover().abandon());
  }

  private Follow following(FollowRequest request, FeedReader reader) {
    return new Follow(
        request,
        reader,
        vertx.getOrCreateContext(),
        Thread.currentThread(),
        new PendingSubscription());
  }

  @Override
  public Future<ThreadHead> find(ThreadId id) {
    return store()
        .head(id)
        .map(head ->
            head.orElseThrow(
                () -> new FailureException(new Failure.NotFound("THREAD", id.value()))));
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
    return owners.size();
  }

  /// About how many bytes all active threads take.
  long heldBytes() {
    return held.sum();
  }

  /// About how many bytes a thread takes; empty when it is not active here.
  public OptionalLong weight(ThreadId id) {
    Owner owner = owners.get(id);
    return owner == null ? OptionalLong.empty() : OptionalLong.of(owner.verticle().weight());
  }

  /// The verticles of all active threads, for whoever watches over them; who comes or goes
  /// meanwhile may be among them or not.
  Iterator<AgentThreadVerticle> verticles() {
    Iterator<Owner> each = owners.values().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public AgentThreadVerticle next() {
        return each.next().verticle();
      }
    };
  }

  /// The same, counted and fixed.
  List<AgentThreadVerticle> allVerticles() {
    return owners.values().stream().map(Owner::verticle).toList();
  }

  /// Makes a thread active, so that its unfinished work goes on.
  Future<Void> activate(ThreadId id) {
    return owner(id).ready().mapEmpty();
  }

  /// Asks an active thread to close when it is idle, and does not wait.
  void passivate(ThreadId id) {
    askIfActive(id, AgentThreadVerticle::passivate);
  }

  /// Has an active thread end readers that take nothing, and does not wait.
  void sweepReaders(ThreadId id) {
    askIfActive(id, AgentThreadVerticle::sweepReaders);
  }

  /// Asks an active thread to close.
  Future<Void> park(ThreadId id) {
    return askIfActive(id, AgentThreadVerticle::park);
  }

  private <T> Future<T> askIfActive(ThreadId id, Function<AgentThreadVerticle, Future<T>> act) {
    Owner owner = owners.get(id);
    return owner == null ? Future.succeededFuture() : owner.ask(act);
  }

  /// Refuses everything new from now on.
  void stopAccepting() {
    stopping = true;
  }

  private <T> Future<T> send(ThreadId id, Function<AgentThreadVerticle, Future<T>> act, int tries) {
    if (stopping) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    Owner owner = owner(id);
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

  private static FailureException broken(ThreadId id, Owner owner, Throwable cause) {
    String what =
        owner.ready().failed() ? "the thread could not be activated" : "the command failed";
    LOG.atError().setCause(cause).addKeyValue("threadId", id).log(what);
    return new FailureException(new Failure.Internal(what));
  }

  /// The owner was closing; when it has gone a new one takes the thread up.
  private <T> Future<T> again(
      ThreadId id, Function<AgentThreadVerticle, Future<T>> act, int tries) {
    Future<?> pause =
        tries == TRIES
            ? Future.future(next -> vertx.runOnContext(tick -> next.complete()))
            : vertx.timer(1L << (TRIES - 1 - tries));
    return pause.compose(next -> send(id, act, tries - 1));
  }

  private Owner owner(ThreadId id) {
    Owner known = owners.get(id);
    return known != null ? known : owners.computeIfAbsent(id, this::deploy);
  }

  private Owner deploy(ThreadId id) {
    OwnerLoop home = homes.choose();
    AgentThreadVerticle verticle =
        new AgentThreadVerticle(id, services, feedConfig, home.beat(), held, this::forget);
    Future<Void> ready = home.deploy(verticle);
    ready.onFailure(cause -> owners.computeIfPresent(id, (key, owner) -> without(owner, verticle)));
    return new Owner(verticle, home, ready);
  }

  private void forget(AgentThreadVerticle verticle, AgentThread.Loss loss) {
    ThreadId id = verticle.id();
    Owner owner = owners.get(id);
    owners.computeIfPresent(id, (key, current) -> without(current, verticle));
    if (owner == null || owner.verticle() != verticle) {
      return;
    }
    Future<Void> gone = owner.ready().compose(deployed -> owner.home().undeploy(verticle));
    if (loss == AgentThread.Loss.LOG_MOVED && !stopping) {
      gone.onComplete(undeployed -> activate(id));
    }
  }

  private static @Nullable Owner without(Owner owner, AgentThreadVerticle gone) {
    return owner.verticle() == gone ? null : owner;
  }

  private ThreadStore store() {
    return services.store();
  }
}
