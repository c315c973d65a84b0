package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Decides which active threads stay: those idle for too long go, and when there are too many or
/// they hold too much, the longest idle go first. Threads with work or readers stay.
///
/// It looks at a few at a time, so that its event loop is not held up however many there are, and
/// takes its time unless there are too many: looking at a hundred thousand over and over would cost
/// more than what they do.
final class Eviction {
  /// Threads looked at in one go: some hundred microseconds.
  private static final int FEW = 500;

  /// Threads sent away in one go for being idle: each writes a snapshot, and the store's queue is
  /// to keep room for clients.
  private static final int LEAVING_MAX = 25;

  /// Threads crowded out in one go, every few milliseconds: room is made faster than newcomers take
  /// it, but the store's queue is not to be filled with snapshots.
  private static final int CROWDED_OUT_FEW = 50;

  /// Threads crowded out by one round, at most; the next one goes on.
  private static final int CROWDED_OUT_MAX = 5_000;

  /// When there are too many, this part more leave than must, so that the next few that come do not
  /// begin a round each.
  private static final int ROOM_PART = 20;

  private final LocalThreads threads;
  private final ThreadsConfig config;
  private final InstantSource clock;
  private final Deque<ThreadId> crowdedOut = new ArrayDeque<>();
  private @Nullable Round round;

  Eviction(LocalThreads threads, ThreadsConfig config, InstantSource clock) {
    this.threads = threads;
    this.config = config;
    this.clock = clock;
  }

  /// When the next look is due.
  enum Next {
    /// At once, after whatever else the event loop has to do: there are too many.
    SOON,
    /// A few have left for being idle, and more may. That is work, and those who are not idle come
    /// first.
    GENTLY,
    /// There is no hurry, but the round is not over.
    LATER,
    /// The round is over.
    NEXT_ROUND
  }

  /// Looks at the next few, or sends them away.
  Next look() {
    return crowdedOut.isEmpty() ? lookOn() : sendAway();
  }

  private Next lookOn() {
    boolean crowded = surplus() > 0 || excess() > 0;
    // Only a round that knew from its beginning that some have to go kept in mind whom.
    Round current = round == null || (crowded && !round.crowded) ? new Round(crowded) : round;
    round = current;
    int leaving = 0;
    for (int i = 0; i < FEW && leaving < LEAVING_MAX && current.left.hasNext(); i++) {
      leaving += current.look(current.left.next()) ? 1 : 0;
    }
    if (current.left.hasNext()) {
      if (crowded) {
        return Next.SOON;
      }
      return leaving == LEAVING_MAX ? Next.GENTLY : Next.LATER;
    }
    current.makeRoom();
    round = null;
    return sendAway();
  }

  private Next sendAway() {
    for (int i = 0; i < CROWDED_OUT_FEW && !crowdedOut.isEmpty(); i++) {
      threads.passivate(crowdedOut.remove());
    }
    return crowdedOut.isEmpty() ? Next.NEXT_ROUND : Next.SOON;
  }

  private long surplus() {
    int waiting = threads.activator().waitsForRoom() ? Activator.AT_ONCE : 0;
    return threads.active() + (long) waiting - config.residentMax();
  }

  private long excess() {
    return threads.heldBytes() - config.residentBytesMax();
  }

  /// One look at all of them. Who comes meanwhile may be left out.
  private final class Round {
    private final Iterator<ThreadOwner> left = threads.owners();
    private final long idleSince = clock.millis() - config.idleTimeout().toMillis();

    private final boolean crowded;

    /// The longest idle of those that stay so far, the least of them first; nobody when nobody has
    /// to make room, since keeping this order costs more than all the rest of a look.
    private final PriorityQueue<Candidate> longest =
        new PriorityQueue<>(Comparator.comparingLong(Candidate::touchedMs).reversed());

    /// @param crowded whether there are too many, or they hold too much
    Round(boolean crowded) {
      this.crowded = crowded;
    }

    /// Gives whether it is sent away.
    boolean look(ThreadOwner thread) {
      boolean idle = thread.readers() == 0 && !thread.working();
      if (idle && thread.touchedMs() < idleSince) {
        threads.passivate(thread.id());
        return true;
      }
      if (idle && crowded) {
        remember(new Candidate(thread.id(), thread.touchedMs(), thread.weight()));
      } else if (thread.readers() > 0) {
        threads.sweepReaders(thread.id());
      }
      return false;
    }

    private void remember(Candidate candidate) {
      if (longest.size() < CROWDED_OUT_MAX) {
        longest.add(candidate);
      } else if (candidate.touchedMs < longest.element().touchedMs) {
        longest.remove();
        longest.add(candidate);
      }
    }

    void makeRoom() {
      long surplus = withRoom(surplus(), config.residentMax());
      long excess = withRoom(excess(), config.residentBytesMax());
      if (surplus <= 0 && excess <= 0) {
        return;
      }
      List<Candidate> inTurn = new ArrayList<>(longest);
      inTurn.sort(Comparator.comparingLong(Candidate::touchedMs));
      for (Candidate candidate : inTurn) {
        if (surplus <= 0 && excess <= 0) {
          return;
        }
        crowdedOut.add(candidate.thread);
        surplus--;
        excess -= candidate.weight;
      }
    }

    private static long withRoom(long tooMuch, long limit) {
      return tooMuch > 0 ? tooMuch + limit / ROOM_PART : 0;
    }
  }

  private record Candidate(ThreadId thread, long touchedMs, long weight) {}
}
