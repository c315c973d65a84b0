package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A caller may give up before its subscription arrives.
class PendingSubscriptionTest {
  private static final ThreadId THREAD = new ThreadId("t");

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());
  private final PendingSubscription handover = new PendingSubscription();

  @BeforeEach
  void create() {
    live.create(THREAD);
  }

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void a_place_that_comes_after_its_reader_gave_up_is_left() {
    handover.abandon();
    follow();

    // Commands to a thread arrive in order.
    await(live.put(THREAD, "after it"));
    Awaitility.await().untilAsserted(() -> assertThat(readers()).isZero());
  }

  @Test
  void a_subscription_is_cancelled_when_its_reader_gives_up_before_it_gets_it() {
    follow();
    Awaitility.await().untilAsserted(() -> assertThat(readers()).isOne());

    handover.abandon();

    Awaitility.await().untilAsserted(() -> assertThat(readers()).isZero());
  }

  private int readers() {
    return live.threads.allOwners().getFirst().readers();
  }

  private void follow() {
    FireAndForget.harmless(
        live.threads.follow(
            THREAD,
            new Follow(
                new FollowRequest(0, false, Set.of(), null),
                new Silent(),
                () -> task -> live.vertx.runOnContext(hop -> task.run()),
                handover)),
        "the test looks at the readers");
  }

  private static final class Silent implements FeedReader {
    @Override
    public Future<Void> onPart(FeedPart part) {
      return Future.succeededFuture();
    }

    @Override
    public void onEnded(FeedEnd end) {}
  }
}
