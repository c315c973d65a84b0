package dev.artserver.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which facts of one thread to read, in order of seq.
///
/// @param after only facts with a greater seq; 0: from the beginning
/// @param before only facts with a smaller seq; `Long.MAX_VALUE`: to the end
/// @param types only these kinds; empty: all
/// @param run only facts of this run; null: of all and of none
/// @param limit at most so many, 1 to 1,000
/// @param last the last `limit` of the range instead of the first (still in order of seq)
public record FactQuery(
    long after,
    long before,
    Set<Class<? extends ThreadEvent>> types,
    @Nullable RunId run,
    int limit,
    boolean last) {
  public FactQuery {
    types = Set.copyOf(types);
  }

  /// The first `limit` facts behind `seq`, of every kind.
  public static FactQuery after(long seq, int limit) {
    return new FactQuery(seq, Long.MAX_VALUE, Set.of(), null, limit, false);
  }

  /// The first `limit` facts of `run`, of every kind.
  public static FactQuery ofRun(RunId run, long after, int limit) {
    return new FactQuery(after, Long.MAX_VALUE, Set.of(), run, limit, false);
  }

  public boolean matches(Fact fact) {
    return fact.seq() > after
        && fact.seq() < before
        && (types.isEmpty() || types.contains(fact.event().getClass()))
        && (run == null || run.equals(fact.event().run()));
  }
}
