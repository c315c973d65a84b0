package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.store.memory.MemoryThreadStore;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Owners that leave while commands and readers come: clients do not notice.
class PassivationTest {
  private static final int COMMANDS = 400;
  private static final int SENDERS = 4;
  private static final List<ThreadId> THREADS =
      IntStream.range(0, 4).mapToObj(i -> new ThreadId("t" + i)).toList();

  private final LiveThreads live =
      new LiveThreads(
          TestConfigs.THREADS,
          InstantSource.system(),
          vertx -> new LateStore(vertx, new MemoryThreadStore()));

  @BeforeEach
  void create() {
    THREADS.forEach(live::create);
  }

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void a_command_is_carried_out_while_the_owner_leaves() {
    try (Leaving leaving = new Leaving()) {
      List<Future<Void>> senders =
          IntStream.range(0, SENDERS)
              .mapToObj(sender -> live.onContext(() -> send(COMMANDS)))
              .toList();

      await(Future.join(senders));

      assertThat(leaving.asked()).isPositive();
    }
    for (ThreadId id : THREADS) {
      StateDocument state = await(live.threads.state(id));
      assertThat(state.version())
          .as("changes of " + id)
          .isEqualTo(SENDERS * COMMANDS / THREADS.size());
    }
  }

  @Test
  void a_reader_that_comes_while_the_owner_leaves_is_not_sent_away() {
    Listener listener = new Listener();
    try (Leaving leaving = new Leaving()) {
      await(live.onContext(() -> followInTurn(listener, COMMANDS)));

      assertThat(leaving.asked()).isPositive();
    }
    assertThat(listener.sentAway).hasValue(0);
  }

  private Future<Void> send(int left) {
    return left == 0
        ? Future.succeededFuture()
        : live.put(THREADS.get(left % THREADS.size()), "v" + left)
            .compose(changed -> send(left - 1));
  }

  /// A change makes a snapshot due, and the reader stays for a moment in which the owner may close.
  private Future<Void> followInTurn(Listener listener, int left) {
    if (left == 0) {
      return Future.succeededFuture();
    }
    ThreadId id = THREADS.get(left % THREADS.size());
    return live.put(id, "v" + left)
        .compose(changed -> live.vertx.timer(1))
        .compose(
            later -> live.threads.follow(id, new FollowRequest(0, false, Set.of(), null), listener))
        .compose(subscription -> live.vertx.timer(4).onComplete(heard -> subscription.cancel()))
        .compose(heard -> followInTurn(listener, left - 1));
  }

  /// Passivates every active thread, repeatedly.
  private final class Leaving implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final Future<Void> ended = live.onContext(this::ask);

    int asked() {
      return asked.get();
    }

    private Future<Void> ask() {
      if (over.get()) {
        return Future.succeededFuture();
      }
      for (AgentThreadVerticle thread : live.threads.allOwners()) {
        asked.incrementAndGet();
        live.threads.passivate(thread.id());
      }
      return live.vertx.timer(1).compose(tick -> ask());
    }

    @Override
    public void close() {
      over.set(true);
      await(ended);
    }
  }

  private static final class Listener implements FeedReader {
    private final AtomicInteger sentAway = new AtomicInteger();

    @Override
    public Future<Void> onPart(FeedPart part) {
      return Future.succeededFuture();
    }

    @Override
    public void onEnded(FeedEnd end) {
      sentAway.incrementAndGet();
    }
  }
}
