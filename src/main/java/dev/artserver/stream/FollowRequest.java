package dev.artserver.stream;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a reader wants of a thread.
///
/// @param after the last seq it has; 0: everything
/// @param tokens whether it wants text of calls under way
/// @param types only these kinds of facts, and newer forms of them; empty: all
/// @param run only what belongs to this run; null: all
public record FollowRequest(
    long after, boolean tokens, Set<Class<? extends ThreadEvent>> types, @Nullable RunId run) {
  public FollowRequest {
    types = Set.copyOf(types);
  }

  /// The same of one run alone, from the fact with that seq on.
  public FollowRequest from(RunId begun, long seq) {
    return new FollowRequest(seq - 1, tokens, types, begun);
  }
}
