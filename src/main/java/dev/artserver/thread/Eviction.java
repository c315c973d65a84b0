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

/// Decides which active threads are evicted: threads idle for too long, and, when there are too
/// many or they hold too much memory, the longest idle first. Threads with work or readers stay.
///
/// It checks a few threads at a time, so that it never blocks its event loop for long. It is slow
/// unless there are too many threads: checking a hundred thousand over and over would cost more
/// than they do.
final class Eviction {
  /// Threads checked at once: some hundred microseconds.
  private static final int FEW = 500;

  /// Idle threads evicted at once: each writes a snapshot, and the store's queue must keep room for
  /// clients.
  private static final int LEAVING_MAX = 25;

  /// Threads evicted at once to make room, every few milliseconds: faster than new threads come,
  /// but without filling the store's queue with snapshots.
  private static final int CROWDED_OUT_FEW = 50;

  /// Threads evicted by one round to make room, at most; the next round continues.
  private static final int CROWDED_OUT_MAX = 5_000;

  /// When there are too many threads, one part in this many more is evicted than necessary, so that
  /// the next few new threads do not each start a round.
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

  /// When the next check is due.
  enum Next {
    /// At once, after other work of the event loop: there are too many threads.
    SOON,
    /// Idle threads were evicted and more may follow. Eviction is work, and busy threads come
    /// first.
    GENTLY,
    /// The round is not over, but there is no hurry.
    LATER,
    /// The round is over.
    NEXT_ROUND
  }

  /// Checks the next few threads, or evicts them.
  Next look() {
    return crowdedOut.isEmpty() ? lookOn() : sendAway();
  }

  private Next lookOn() {
    boolean crowded = surplus() > 0 || excess() > 0;
    // Only a round that began crowded has collected candidates.
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

  /// One check of all threads. Threads that come meanwhile may be left out.
  private final class Round {
    private final Iterator<AgentThreadVerticle> left = threads.owners();
    private final long idleSince = clock.millis() - config.idleTimeout().toMillis();

    private final boolean crowded;

    /// The longest idle threads that stay so far, the shortest idle first. Empty unless room is
    /// needed, since keeping this order costs more than the rest of the check.
    private final PriorityQueue<Candidate> longest =
        new PriorityQueue<>(Comparator.comparingLong(Candidate::touchedMs).reversed());

    /// @param crowded whether there are too many threads, or they hold too much
    Round(boolean crowded) {
      this.crowded = crowded;
    }

    /// Gives whether it is evicted.
    boolean look(AgentThreadVerticle thread) {
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
