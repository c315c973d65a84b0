package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.Beat;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns one `AgentThread` on one event-loop context, at the address `thread.<id>`; deployed means
/// owned.
final class AgentThreadVerticle implements Deployable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentThreadVerticle.class);
  private static final DeliveryOptions REPLY =
      new DeliveryOptions().setCodecName(ThreadMessage.Codec.NAME).setLocalOnly(true);

  private final ThreadId id;
  private final ThreadServices services;
  private final FeedConfig feedConfig;
  private final Beat beat;
  private final LongAdder held;
  private final BiConsumer<AgentThreadVerticle, AgentThread.Loss> onLost;
  private @Nullable MessageConsumer<ThreadMessage> consumer;

  private volatile long touchedMs;
  private volatile long weight;
  private volatile int readers;
  private volatile boolean working;
  private boolean gone;

  /// @param beat of the event loop it is to be deployed on
  /// @param held estimated bytes of all threads, of which this one adds its own while it is active
  AgentThreadVerticle(
      ThreadId id,
      ThreadServices services,
      FeedConfig feedConfig,
      Beat beat,
      LongAdder held,
      BiConsumer<AgentThreadVerticle, AgentThread.Loss> onLost) {
    this.id = id;
    this.services = services;
    this.feedConfig = feedConfig;
    this.beat = beat;
    this.held = held;
    this.onLost = onLost;
    touchedMs = services.clock().millis();
  }

  static String address(ThreadId id) {
    return "thread." + id.value();
  }

  @Override
  public Future<?> deploy(Context own) {
    ThreadLog log = new ThreadLog(id, services.store(), services.config().snapshotEvery());
    return log.load().onSuccess(loaded -> open(log, own));
  }

  private void open(ThreadLog log, Context own) {
    Feed feed =
        new Feed(
            id,
            log.state().seq(),
            feedConfig,
            (after, limit) -> services.store().read(id, FactQuery.after(after, limit)),
            task -> own.runOnContext(tick -> task.run()),
            beat);
    AgentThread thread = new AgentThread(log, services, feed, this::observe, this::lost);
    consumer =
        own.owner()
            .eventBus()
            .localConsumer(address(id), message -> on(thread, feed, own, message));
    thread.resume();
  }

  ThreadId id() {
    return id;
  }

  /// When a command or reader last came, in epoch milliseconds. From any thread.
  long touchedMs() {
    return touchedMs;
  }

  /// Estimated bytes of the state. From any thread.
  long weight() {
    return weight;
  }

  /// Readers at the last change. From any thread.
  int readers() {
    return readers;
  }

  /// Whether a run is open. From any thread.
  boolean working() {
    return working;
  }

  private void on(AgentThread owned, Feed opened, Context own, Message<ThreadMessage> message) {
    switch (message.body()) {
      case ThreadMessage.Tell(ThreadCommand<?> command) -> {
        touchedMs = services.clock().millis();
        Future<ThreadMessage> answered = owned.handle(command).map(ThreadMessage.Answered::new);
        answer(message, answered);
        answered.onComplete(done -> leaveWhenNothingIsHere(owned));
      }
      case ThreadMessage.Start start -> {
        touchedMs = services.clock().millis();
        Future<ThreadMessage> started =
            owned.handle(start.command()).map(run -> started(owned, opened, own, start, run));
        answer(message, started);
        started.onComplete(done -> {
          opened.serveSoon();
          leaveWhenNothingIsHere(owned);
        });
      }
      case ThreadMessage.Follow follow -> {
        touchedMs = services.clock().millis();
        answer(message, follow(owned, opened, own, follow).map(ThreadMessage.Followed::new));
        opened.serveSoon();
      }
      case ThreadMessage.Passivate ignored ->
          answer(message, owned.passivate().map(ThreadMessage.Done::new));
      case ThreadMessage.Park ignored ->
          answer(message, owned.park().map(parked -> new ThreadMessage.Done(true)));
      case ThreadMessage.SweepReaders ignored -> {
        opened.sweep(services.clock().instant());
        readers = opened.readers();
      }
      case ThreadMessage.Answered ignored -> unexpected(message);
      case ThreadMessage.Followed ignored -> unexpected(message);
      case ThreadMessage.Started ignored -> unexpected(message);
      case ThreadMessage.Refused ignored -> unexpected(message);
      case ThreadMessage.Done ignored -> unexpected(message);
    }
  }

  private ThreadMessage started(
      AgentThread owned,
      Feed opened,
      Context own,
      ThreadMessage.Start start,
      Answer.RunAccepted run) {
    Future<Subscription> following = follow(owned, opened, own, start.follow().from(run));
    return new ThreadMessage.Started(new Threads.StartedRun(run, following));
  }

  /// The reader hears nothing yet: it is to be told first that it was taken on.
  private Future<Subscription> follow(
      AgentThread owned, Feed opened, Context own, ThreadMessage.Follow follow) {
    if (!owned.open() || !owned.state().exists()) {
      Failure failure =
          owned.open() ? new Failure.NotFound("THREAD", id.value()) : new Failure.Fenced(id, 0);
      return Future.failedFuture(new FailureException(failure));
    }
    Subscription subscription;
    try {
      subscription = opened.join(follow.request(), follow.reader(), executor(follow));
    } catch (FailureException e) {
      return Future.failedFuture(e);
    }
    readers = opened.readers();
    Subscription place =
        () -> {
          subscription.cancel();
          own.runOnContext(left -> {
            readers = opened.readers();
            touchedMs = services.clock().millis();
          });
        };
    if (!follow.handover().offer(place)) {
      place.cancel();
    }
    return Future.succeededFuture(place);
  }

  /// A command for a thread that does not exist leaves no owner behind.
  private static void leaveWhenNothingIsHere(AgentThread owned) {
    if (owned.open() && !owned.state().exists()) {
      owned.passivate();
    }
  }

  private static Executor executor(ThreadMessage.Follow follow) {
    Context reader = follow.readerContext();
    return follow.readerThread() == Thread.currentThread()
        ? Feed.SAME_LOOP
        : task -> reader.runOnContext(hop -> task.run());
  }

  private static void answer(
      Message<ThreadMessage> message, Future<? extends ThreadMessage> outcome) {
    outcome.onComplete(done -> {
      if (done.succeeded()) {
        message.reply(done.result(), REPLY);
      } else if (done.cause() instanceof FailureException e) {
        message.reply(new ThreadMessage.Refused(e.failure()), REPLY);
      } else {
        LOG.atError()
            .setCause(done.cause())
            .addKeyValue("address", message.address())
            .log("a command could not be carried out");
        message.reply(new ThreadMessage.Refused(new Failure.Internal("the command failed")), REPLY);
      }
    });
  }

  private void observe(AgentThread owned) {
    if (!gone) {
      working = !owned.state().runs().isEmpty();
      weigh(owned.weight());
    }
  }

  private void weigh(long bytes) {
    held.add(bytes - weight);
    weight = bytes;
  }

  /// The next owner may come before this address is left, not after it: who sends a command finds
  /// one of the two.
  private void lost(AgentThread.Loss loss) {
    gone = true;
    working = false;
    weigh(0);
    onLost.accept(this, loss);
    if (consumer != null) {
      consumer.unregister();
    }
  }

  private static void unexpected(Message<ThreadMessage> message) {
    throw new IllegalStateException("not for a thread: " + message.body());
  }
}
