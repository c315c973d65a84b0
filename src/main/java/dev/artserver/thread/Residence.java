package dev.artserver.thread;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Decides which active threads stay: those idle for too long go, and when there are too many or
/// they hold too much, the longest idle go first. Threads with work or readers stay.
final class Residence {
  private final LocalThreads threads;
  private final ThreadsConfig config;
  private final InstantSource clock;

  Residence(LocalThreads threads, ThreadsConfig config, InstantSource clock) {
    this.threads = threads;
    this.config = config;
    this.clock = clock;
  }

  /// One look at all of them; called every few seconds.
  void sweep() {
    long idleSince = clock.millis() - config.idleTimeout().toMillis();
    List<Candidate> staying = new ArrayList<>();
    int count = 0;
    long bytes = 0;
    for (AgentThreadVerticle thread : threads.verticles()) {
      count++;
      bytes += thread.weight();
      if (thread.readers() > 0) {
        threads.send(thread.id(), new ThreadMessage.SweepReaders());
      } else if (!thread.working()) {
        Candidate candidate = new Candidate(thread, thread.touchedMs(), thread.weight());
        if (candidate.touchedMs < idleSince) {
          count--;
          bytes -= candidate.weight;
          threads.send(thread.id(), new ThreadMessage.Passivate());
        } else {
          staying.add(candidate);
        }
      }
    }
    makeRoom(staying, count - config.residentMax(), bytes - config.residentBytesMax());
  }

  private void makeRoom(List<Candidate> staying, int tooMany, long tooMuch) {
    if (tooMany <= 0 && tooMuch <= 0) {
      return;
    }
    staying.sort(Comparator.comparingLong(Candidate::touchedMs));
    int surplus = tooMany;
    long excess = tooMuch;
    for (Candidate candidate : staying) {
      if (surplus <= 0 && excess <= 0) {
        return;
      }
      threads.send(candidate.thread.id(), new ThreadMessage.Passivate());
      surplus--;
      excess -= candidate.weight;
    }
  }

  private record Candidate(AgentThreadVerticle thread, long touchedMs, long weight) {}
}
