package dev.artserver.store;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadState;
import java.util.List;
import java.util.Optional;

/// What the owner of a thread starts from.
///
/// @param epoch every append of this owner carries it
public record Activation(long epoch, LoadedThread thread) {
  public Optional<ThreadState> snapshot() {
    return thread.snapshot();
  }

  public List<Fact> tail() {
    return thread.tail();
  }
}
