package dev.artserver.http.connection;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The long-lived members of one event loop: streams, sockets, waits, connections. One shared timer
/// calls each once per interval: members are spread over slots, and every tick serves one slot.
public final class Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
  private static final int SLOTS = 16;

  private final Vertx vertx;
  private final List<Set<Member>> slots = new ArrayList<>(SLOTS);
  private final long timer;
  private int next;
  private int joining;

  public Heartbeats(Vertx vertx, Duration interval) {
    this.vertx = vertx;
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new HashSet<>());
    }
    timer = vertx.setPeriodic(Math.max(1, interval.toMillis() / SLOTS), ignored -> tick());
  }

  /// Something long-lived.
  public interface Member {
    /// Once per interval.
    void onBeat();

    /// The server stops: end now.
    void onStopping();
  }

  /// A member's place.
  @FunctionalInterface
  public interface Place {
    /// Leaves it; harmless the second time.
    void leave();
  }

  public Place join(Member member) {
    joining = (joining + 1) % SLOTS;
    Set<Member> slot = slots.get(joining);
    slot.add(member);
    return () -> slot.remove(member);
  }

  /// Ends every member, and itself.
  public void stop() {
    vertx.cancelTimer(timer);
    for (Set<Member> slot : slots) {
      each(slot, Member::onStopping);
    }
  }

  private void tick() {
    next = (next + 1) % SLOTS;
    each(slots.get(next), Member::onBeat);
  }

  private static void each(Set<Member> slot, Consumer<Member> look) {
    // A copy, since a member may leave when it is called.
    for (Member member : List.copyOf(slot)) {
      try {
        look.accept(member);
      } catch (RuntimeException e) {
        // The other members of the slot still have their beat.
        LOG.atError()
            .setCause(e)
            .log("a stream, socket, wait or connection could not be looked at");
      }
    }
  }
}
