package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import java.util.Comparator;

/// One instance's time as a coordinator. A later one has a greater number; should two have the
/// same, the greater id counts.
record Term(long number, InstanceId by) implements Comparable<Term> {
  private static final Comparator<Term> ORDER =
      Comparator.comparingLong(Term::number).thenComparing(Term::by);

  @Override
  public int compareTo(Term other) {
    return ORDER.compare(this, other);
  }
}
