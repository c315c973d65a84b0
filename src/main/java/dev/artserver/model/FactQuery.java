package dev.artserver.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which facts of one thread to read, in order of seq.
///
/// @param after only facts with a greater seq; 0: from the beginning
/// @param before only facts with a smaller seq; `Long.MAX_VALUE`: to the end
/// @param types only these kinds, and newer forms of them; empty: all
/// @param run only facts of this run; null: any facts
/// @param limit the most facts to read, 1 to 1,000; fewer when their images are large, at least 1
/// @param last the last `limit` of the range instead of the first (still in order of seq)
public record FactQuery(
    long after,
    long before,
    Set<Class<? extends ThreadEvent>> types,
    @Nullable RunId run,
    int limit,
    boolean last) {
  /// About how many bytes of images one read returns; it stops after the fact that passes this.
  public static final long IMAGE_BYTES_MAX = 8L << 20;

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

  /// Whether a read that found these facts reached the end of the range.
  public boolean exhaustedBy(List<Fact> found) {
    return found.size() < limit
        && found.stream().mapToLong(Fact::imageBytes).sum() <= IMAGE_BYTES_MAX;
  }

  public boolean matches(Fact fact) {
    return fact.seq() > after
        && fact.seq() < before
        && fact.event().isOneOf(types)
        && (run == null || run.equals(fact.event().run()));
  }
}
