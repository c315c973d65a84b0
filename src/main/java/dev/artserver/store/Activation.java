package dev.artserver.store;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadState;
import java.util.List;
import java.util.Optional;

/// What the owner of a thread starts from.
///
/// @param epoch to be carried by every append
/// @param snapshot a state of the thread at some seq; empty: none is kept
/// @param tail every fact behind the snapshot (or the whole log)
public record Activation(long epoch, Optional<ThreadState> snapshot, List<Fact> tail) {
  public Activation {
    tail = List.copyOf(tail);
  }
}
