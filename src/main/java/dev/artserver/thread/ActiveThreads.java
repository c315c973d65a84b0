package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The threads that have an owner in this instance, from the start of the activation until the
/// owner leaves. For any thread.
final class ActiveThreads implements Activator.Target {
  private final ThreadServices services;
  private final FeedConfig feedConfig;
  private final Ownership ownership;
  private final OwnerLoops loops;
  private final Activator activator;
  private final ConcurrentHashMap<ThreadId, Active> active = new ConcurrentHashMap<>();

  /// Estimated bytes of all active threads.
  private final LongAdder held = new LongAdder();

  private volatile boolean stopping;

  /// One owner.
  static final class Active {
    private final AgentThreadVerticle owner;
    private final OwnerLoop loop;
    private final Promise<Void> opened = Promise.promise();

    /// Whether `Ownership` granted the thread; set before it is opened.
    private volatile boolean claimed;

    Active(AgentThreadVerticle owner, OwnerLoop loop) {
      this.owner = owner;
      this.loop = loop;
    }

    AgentThreadVerticle owner() {
      return owner;
    }

    /// Succeeds on its loop, when the thread is loaded.
    Future<Void> opened() {
      return opened.future();
    }

    /// Asks the owner once it is opened.
    <T> Future<T> ask(Function<AgentThreadVerticle, Future<T>> act) {
      return loop.ask(() ->
          opened().succeeded() ? act.apply(owner) : opened().compose(now -> act.apply(owner)));
    }
  }

  /// @param random spreads the retries of failed activations
  ActiveThreads(
      ThreadServices services,
      FeedConfig feedConfig,
      Ownership ownership,
      OwnerLoops loops,
      RandomGenerator random) {
    this.services = services;
    this.feedConfig = feedConfig;
    this.ownership = ownership;
    this.loops = loops;
    activator =
        new Activator(
            this,
            services.store(),
            services.config().residentMax(),
            loops.background(),
            services.timers(),
            random);
  }

  Activator activator() {
    return activator;
  }

  /// The owner of a thread, if it has one here.
  @Nullable Active find(ThreadId id) {
    return active.get(id);
  }

  /// The owner of a thread; it is made and opened when there is none here. It enters the map before
  /// it is opened, so an activation that fails at once can remove it.
  Active get(ThreadId id) {
    Active known = active.get(id);
    if (known != null) {
      return known;
    }
    OwnerLoop loop = loops.choose();
    AgentThreadVerticle owner =
        new AgentThreadVerticle(id, services, feedConfig, loop, held, this::onLost);
    Active made = new Active(owner, loop);
    Active other = active.putIfAbsent(id, made);
    if (other != null) {
      return other;
    }
    made.opened().onFailure(cause -> remove(owner, false));
    open(made);
    return made;
  }

  private void open(Active made) {
    AgentThreadVerticle owner = made.owner();
    ownership
        .claim(owner.id())
        .onSuccess(ours -> {
          if (ours) {
            made.claimed = true;
            made.loop.open(owner, made.opened);
          } else {
            refuse(made, new FailureException(new Failure.OwnedElsewhere(owner.id())));
          }
        })
        .onFailure(unknown -> refuse(made, unknown));
  }

  private static void refuse(Active made, Throwable cause) {
    made.loop.executor().execute(() -> made.opened.fail(cause));
  }

  @Override
  public Future<Boolean> activate(ThreadId id) {
    if (stopping) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    Active thread = get(id);
    return thread.opened().map(opened -> thread.owner().exists());
  }

  @Override
  public Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished) {
    return ownership.toTakeUp(unfinished);
  }

  @Override
  public int active() {
    return active.size();
  }

  /// About how many bytes all active threads take.
  long heldBytes() {
    return held.sum();
  }

  /// All owners. Weakly consistent: owners that come or go meanwhile may be missing.
  Iterator<AgentThreadVerticle> owners() {
    Iterator<Active> each = active.values().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public AgentThreadVerticle next() {
        return each.next().owner();
      }
    };
  }

  /// A copy of all owners.
  List<AgentThreadVerticle> allOwners() {
    return active.values().stream().map(Active::owner).toList();
  }

  boolean stopping() {
    return stopping;
  }

  /// Ends activation in the background.
  void stop() {
    stopping = true;
    activator.stop();
  }

  /// @param unfinished whether the thread had work
  private void onLost(AgentThreadVerticle owner, AgentThread.Loss loss, boolean unfinished) {
    ThreadId id = owner.id();
    Active lost = active.get(id);
    if (lost == null || lost.owner() != owner) {
      return;
    }
    FireAndForget.harmless(
        lost.opened().onSuccess(opened -> lost.loop.remove()),
        "an owner that could not be opened is not counted any more");
    remove(owner, unfinished && loss == AgentThread.Loss.DONE);
    switch (loss) {
      case DONE -> {}
      case MOVED -> activator.ownerLost(id, Activator.Reason.MOVED);
      case IN_DOUBT -> activator.ownerLost(id, Activator.Reason.IN_DOUBT);
    }
  }

  /// @param unfinished whether it has work that nothing here goes on with
  private void remove(AgentThreadVerticle owner, boolean unfinished) {
    Active left = active.get(owner.id());
    if (left != null && left.owner == owner && active.remove(owner.id(), left) && left.claimed) {
      ownership.released(owner.id(), unfinished);
    }
    activator.onThreadLeft();
  }
}
