package dev.artserver.http;

import static org.awaitility.Awaitility.await;

import dev.artserver.http.connection.Heartbeats;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final int SLOTS = 16;

  /// One more than there are slots: the first and the last stand in the same one.
  private static final int MEMBERS = SLOTS + 1;

  private final Vertx vertx = Vertx.vertx();
  private final Set<Integer> beaten = ConcurrentHashMap.newKeySet();
  private final Set<Integer> stopped = ConcurrentHashMap.newKeySet();

  @AfterEach
  void stop() {
    ApiUnderTest.await(vertx.close());
  }

  /// Fails whatever is asked of it when it shares its slot.
  private final class Counted implements Heartbeats.Member {
    private final int number;

    Counted(int number) {
      this.number = number;
    }

    @Override
    public void onBeat() {
      beaten.add(number);
      failIfShared();
    }

    @Override
    public void onStopping() {
      stopped.add(number);
      failIfShared();
    }

    private void failIfShared() {
      if (number % SLOTS == 0) {
        throw new IllegalStateException("member " + number);
      }
    }
  }

  @Test
  void a_member_that_throws_keeps_no_other_from_its_heartbeat() {
    joined();

    await().until(() -> beaten.size() == MEMBERS);
  }

  @Test
  void a_member_that_throws_keeps_no_other_from_stopping() {
    Heartbeats heartbeats = joined();

    vertx.runOnContext(ignored -> heartbeats.stop());

    await().until(() -> stopped.size() == MEMBERS);
  }

  private Heartbeats joined() {
    Heartbeats heartbeats = new Heartbeats(vertx, Duration.ofMillis(160));
    for (int i = 0; i < MEMBERS; i++) {
      heartbeats.join(new Counted(i));
    }
    return heartbeats;
  }
}
