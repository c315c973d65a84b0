package dev.artserver.admission;

import java.util.Comparator;
import java.util.TreeSet;

/// Chooses who is to give way: as many of those who may be asked as urgent runs wait, the least
/// urgent first and of these the youngest, which has the least under way. Who was asked is told
/// otherwise when the urgent run no longer waits. Belongs to one caller at a time; each call costs
/// O(log holders).
final class Preemption<H extends Preemption.Holder> {
  /// One that holds a slot and may be asked to give way.
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

  /// So many urgent runs wait now.
  void waiting(int urgent) {
    waiting = urgent;
    balance();
  }

  void holds(H holder) {
    spared.add(holder);
    balance();
  }

  /// Harmless for one that does not hold.
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
