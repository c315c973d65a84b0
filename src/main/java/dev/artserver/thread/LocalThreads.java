package dev.artserver.thread;

import dev.artserver.flow.Heard;
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
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
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
  private final Homes homes;
  private final DeliveryOptions delivery;
  private final ConcurrentHashMap<ThreadId, Owner> owners = new ConcurrentHashMap<>();

  /// Estimated bytes of all that are active.
  private final LongAdder held = new LongAdder();

  private volatile boolean stopping;

  /// One activation; `ready` succeeds when the verticle listens.
  private record Owner(AgentThreadVerticle verticle, Home home, Future<Void> ready) {}

  private LocalThreads(Vertx vertx, ThreadServices services, FeedConfig feedConfig, Homes homes) {
    this.vertx = vertx;
    this.services = services;
    this.feedConfig = feedConfig;
    this.homes = homes;
    delivery =
        new DeliveryOptions()
            .setCodecName(ThreadMessage.Codec.NAME)
            .setLocalOnly(true)
            .setSendTimeout(COMMAND_MAX.toMillis());
    ThreadMessage.Codec.register(vertx.eventBus());
  }

  /// Once for each Vert.x instance.
  ///
  /// @param eventLoops those of `vertx`, at least 1
  public static Future<LocalThreads> open(
      Vertx vertx, ThreadServices services, FeedConfig feedConfig, int eventLoops) {
    return Homes.open(vertx, eventLoops, feedConfig.tokenPause())
        .map(homes -> new LocalThreads(vertx, services, feedConfig, homes));
  }

  @Override
  @SuppressWarnings("unchecked") // a command is answered with the type it is declared with
  public <A extends Answer> Future<A> tell(ThreadCommand<A> command) {
    return ask(command.thread(), new ThreadMessage.Tell(command), TRIES)
        .map(reply -> (A) ((ThreadMessage.Answered) reply).answer());
  }

  @Override
  public Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest wish, FeedReader reader) {
    ThreadMessage.Follow follow = following(wish, reader);
    return ask(command.thread(), new ThreadMessage.Start(command, follow), TRIES)
        .onFailure(error -> follow.handover().giveUp())
        .map(reply -> ((ThreadMessage.Started) reply).run());
  }

  @Override
  public Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader) {
    ThreadMessage.Follow follow = following(request, reader);
    return ask(id, follow, TRIES)
        .onFailure(error -> follow.handover().giveUp())
        .map(reply -> ((ThreadMessage.Followed) reply).subscription());
  }

  private ThreadMessage.Follow following(FollowRequest request, FeedReader reader) {
    return new ThreadMessage.Follow(
        request, reader, vertx.getOrCreateContext(), Thread.currentThread(), new Handover());
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

  /// Sends a message to an active thread, and does not wait.
  void send(ThreadId id, ThreadMessage message) {
    vertx.eventBus().send(AgentThreadVerticle.address(id), message, delivery);
  }

  /// Asks an active thread to close.
  Future<Void> park(ThreadId id) {
    return vertx
        .eventBus()
        .<ThreadMessage>request(AgentThreadVerticle.address(id), new ThreadMessage.Park(), delivery)
        .mapEmpty();
  }

  /// Refuses everything new from now on.
  void stopAccepting() {
    stopping = true;
  }

  private Future<ThreadMessage> ask(ThreadId id, ThreadMessage message, int tries) {
    if (stopping) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    Owner owner = owner(id);
    long asked = System.nanoTime();
    // An activation completes on the owner's event loop.
    return Heard.on(vertx.getOrCreateContext(), owner.ready())
        .compose(deployed ->
            vertx
                .eventBus()
                .<ThreadMessage>request(AgentThreadVerticle.address(id), message, delivery))
        .transform(reply -> {
          if (reply.failed()) {
            return notReached(id, message, tries, asked, reply.cause());
          }
          if (reply.result().body() instanceof ThreadMessage.Refused(Failure failure)) {
            return failure instanceof Failure.Fenced && tries > 1
                ? again(id, message, tries)
                : Future.failedFuture(new FailureException(failure));
          }
          return Future.succeededFuture(reply.result().body());
        });
  }

  /// The bus says `TIMEOUT` also, and at once, for messages that lay at an address when its
  /// consumer left: those were never delivered and go to the next owner.
  private Future<ThreadMessage> notReached(
      ThreadId id, ThreadMessage message, int tries, long asked, Throwable cause) {
    if (cause instanceof FailureException) {
      return Future.failedFuture(cause);
    }
    if (cause instanceof ReplyException e) {
      boolean timedOut = e.failureType() == ReplyFailure.TIMEOUT;
      if (timedOut && System.nanoTime() - asked >= COMMAND_MAX.toNanos()) {
        return Future.failedFuture(
            new FailureException(
                new Failure.TimedOut("COMMAND_TIMEOUT", "the command", COMMAND_MAX)));
      }
      if (tries > 1 && (timedOut || e.failureType() == ReplyFailure.NO_HANDLERS)) {
        return again(id, message, tries);
      }
    }
    LOG.atError().setCause(cause).addKeyValue("threadId", id).log("a thread could not be reached");
    return Future.failedFuture(
        new FailureException(new Failure.Internal("the thread could not be activated")));
  }

  /// The owner was closing; when it has gone a new one takes the thread up.
  private Future<ThreadMessage> again(ThreadId id, ThreadMessage message, int tries) {
    Future<?> pause =
        tries == TRIES
            ? Future.future(next -> vertx.runOnContext(tick -> next.complete()))
            : vertx.timer(1L << (TRIES - 1 - tries));
    return pause.compose(next -> ask(id, message, tries - 1));
  }

  private Owner owner(ThreadId id) {
    Owner known = owners.get(id);
    return known != null ? known : owners.computeIfAbsent(id, this::deploy);
  }

  private Owner deploy(ThreadId id) {
    Home home = homes.choose();
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
