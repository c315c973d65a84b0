package dev.artserver.stream;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a reader gets of a thread.
///
/// @param after the last seq it has; 0: everything
/// @param tokens whether it gets the text of open calls
/// @param types only these kinds of facts, and newer forms of them; empty: all
/// @param run only what belongs to this run; null: all
public record FollowRequest(
    long after, boolean tokens, Set<Class<? extends ThreadEvent>> types, @Nullable RunId run) {
  public FollowRequest {
    types = Set.copyOf(types);
  }

  /// The same for one run, from the fact with that seq.
  public FollowRequest from(RunId begun, long seq) {
    return new FollowRequest(seq - 1, tokens, types, begun);
  }
}
