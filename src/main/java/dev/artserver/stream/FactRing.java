package dev.artserver.stream;

import dev.artserver.model.Fact;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The newest facts of a thread, in order. The oldest are dropped when there are too many, or when
/// they are too large together. The newest one always stays.
final class FactRing {
  private static final int FIRST_CAPACITY = 8;

  private final int factsMax;
  private final long bytesMax;
  private @Nullable Fact[] facts = new Fact[FIRST_CAPACITY];
  private int[] weights = new int[FIRST_CAPACITY];
  private int oldest;
  private int count;
  private long bytes;

  FactRing(int factsMax, long bytesMax) {
    this.factsMax = factsMax;
    this.bytesMax = bytesMax;
  }

  /// Adds the fact behind the newest.
  void add(Fact fact) {
    int weight = FactWeight.of(fact);
    while (count > 0 && (count >= factsMax || bytes + weight > bytesMax)) {
      dropOldest();
    }
    if (count == facts.length) {
      grow();
    }
    int place = (oldest + count) & (facts.length - 1);
    facts[place] = fact;
    weights[place] = weight;
    count++;
    bytes += weight;
  }

  /// Whether a reader that has everything up to `seq` finds the next fact here.
  boolean reaches(long seq) {
    return count > 0 && get(0).seq() <= seq + 1;
  }

  int size() {
    return count;
  }

  /// About how many bytes of memory the facts take.
  long bytes() {
    return bytes;
  }

  /// The fact at `index` from the oldest.
  Fact get(int index) {
    return Objects.requireNonNull(facts[(oldest + index) & (facts.length - 1)]);
  }

  /// Index of the first fact behind `seq`; `size()` when there is none.
  int indexBehind(long seq) {
    return count == 0 ? 0 : Math.clamp(seq + 1 - get(0).seq(), 0, count);
  }

  private void dropOldest() {
    bytes -= weights[oldest];
    facts[oldest] = null;
    oldest = (oldest + 1) & (facts.length - 1);
    count--;
  }

  private void grow() {
    @Nullable Fact[] moreFacts = new Fact[facts.length * 2];
    int[] moreWeights = new int[facts.length * 2];
    for (int i = 0; i < count; i++) {
      int from = (oldest + i) & (facts.length - 1);
      moreFacts[i] = facts[from];
      moreWeights[i] = weights[from];
    }
    facts = moreFacts;
    weights = moreWeights;
    oldest = 0;
  }
}
