package dev.artserver.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A step of a run that its agent has begun. Begun again after a call of another step ended, it
/// starts over: its own calls that ended before no longer belong to it.
///
/// @param stepId null: the phase as a whole
/// @param from how many calls of the run had ended when it began
public record RunStep(Phase phase, @Nullable String stepId, int from) {
  public boolean is(Phase otherPhase, @Nullable String otherId) {
    return phase == otherPhase && Objects.equals(stepId, otherId);
  }
}
