package dev.artserver.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which threads to list, newest change first.
///
/// @param metadata labels a thread must have, all of them
/// @param limit 1 to 1,000
/// @param cursor `nextCursor` of the page before; null: the first page
public record ThreadQuery(
    @Nullable ThreadStatus status,
    Map<String, String> metadata,
    int limit,
    @Nullable String cursor) {
  public ThreadQuery {
    metadata = Map.copyOf(metadata);
  }
}
