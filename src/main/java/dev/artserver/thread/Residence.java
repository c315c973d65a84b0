package dev.artserver.thread;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Decides which active threads stay: those idle for too long go, and when there are too many or
/// they hold too much, the longest idle go first. Threads with work or readers stay.
///
/// It looks at a few at a time, so that its event loop is not held up however many there are.
final class Residence {
  /// Threads looked at in one go: some hundred microseconds.
  private static final int FEW = 500;

  /// Threads sent away in one go for being idle: each writes a snapshot, and the store's queue is
  /// to keep room for clients.
  private static final int LEAVING_MAX = 25;

  /// Threads crowded out by one round, at most; the next one goes on.
  private static final int CROWDED_OUT_MAX = 5_000;

  private final LocalThreads threads;
  private final ThreadsConfig config;
  private final InstantSource clock;
  private @Nullable Round round;

  Residence(LocalThreads threads, ThreadsConfig config, InstantSource clock) {
    this.threads = threads;
    this.config = config;
    this.clock = clock;
  }

  /// Looks at the next few; gives whether that was the end of a round.
  boolean look() {
    Round current = round == null ? new Round() : round;
    int leaving = 0;
    for (int i = 0; i < FEW && leaving < LEAVING_MAX && current.left.hasNext(); i++) {
      leaving += current.look(current.left.next()) ? 1 : 0;
    }
    boolean over = !current.left.hasNext();
    if (over) {
      current.makeRoom();
    }
    round = over ? null : current;
    return over;
  }

  /// One look at all of them. Who comes meanwhile may be left out.
  private final class Round {
    private final Iterator<AgentThreadVerticle> left = threads.verticles();
    private final long idleSince = clock.millis() - config.idleTimeout().toMillis();

    /// The longest idle of those that stay so far, the least of them first.
    private final PriorityQueue<Candidate> longest =
        new PriorityQueue<>(Comparator.comparingLong(Candidate::touchedMs).reversed());

    private long count;
    private long bytes;

    /// Gives whether it is sent away.
    boolean look(AgentThreadVerticle thread) {
      long weight = thread.weight();
      boolean idle = thread.readers() == 0 && !thread.working();
      if (idle && thread.touchedMs() < idleSince) {
        threads.send(thread.id(), new ThreadMessage.Passivate());
        return true;
      }
      count++;
      bytes += weight;
      if (idle) {
        remember(new Candidate(thread, thread.touchedMs(), weight));
      } else if (thread.readers() > 0) {
        threads.send(thread.id(), new ThreadMessage.SweepReaders());
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
      long surplus = count - config.residentMax();
      long excess = bytes - config.residentBytesMax();
      if (surplus <= 0 && excess <= 0) {
        return;
      }
      List<Candidate> inTurn = new ArrayList<>(longest);
      inTurn.sort(Comparator.comparingLong(Candidate::touchedMs));
      for (Candidate candidate : inTurn) {
        if (surplus <= 0 && excess <= 0) {
          return;
        }
        threads.send(candidate.thread.id(), new ThreadMessage.Passivate());
        surplus--;
        excess -= candidate.weight;
      }
    }
  }

  private record Candidate(AgentThreadVerticle thread, long touchedMs, long weight) {}
}
