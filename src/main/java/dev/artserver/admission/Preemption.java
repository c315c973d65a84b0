package dev.artserver.admission;

import java.util.Comparator;
import java.util.TreeSet;

/// Chooses which runs are asked to yield: as many as urgent runs wait, the least urgent first, and
/// of these the youngest, which has the least work to lose. The request is withdrawn when the
/// urgent run no longer waits. For one caller at a time; each call costs O(log holders).
final class Preemption<H extends Preemption.Holder> {
  /// A run that holds a slot and may be asked to yield.
  interface Holder {
    /// Its level; lower is asked first.
    int rank();

    /// Unique; higher is younger.
    long number();

    void wantYield(boolean wanted);
  }

  private final Comparator<H> leastFirst =
      Comparator.<H>comparingInt(Holder::rank)
          .thenComparing(Comparator.<H>comparingLong(Holder::number).reversed());
  private final TreeSet<H> spared = new TreeSet<>(leastFirst);
  private final TreeSet<H> asked = new TreeSet<>(leastFirst);
  private int waiting;

  /// The number of urgent runs that wait now.
  void waiting(int urgent) {
    waiting = urgent;
    balance();
  }

  void holds(H holder) {
    spared.add(holder);
    balance();
  }

  /// Does nothing for a run that holds no slot.
  void freed(H holder) {
    holder.wantYield(false);
    if (!asked.remove(holder)) {
      spared.remove(holder);
    }
    balance();
  }

  private void balance() {
    while (asked.size() < waiting && !spared.isEmpty()) {
      H least = spared.removeFirst();
      least.wantYield(true);
      asked.add(least);
    }
    while (asked.size() > waiting) {
      H most = asked.removeLast();
      most.wantYield(false);
      spared.add(most);
    }
  }
}
