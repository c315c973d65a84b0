package dev.artserver.wire;

import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;

/// The newest version of facts that this instance writes. It is held back while instances of an
/// earlier release share the store: these cannot own a thread with facts of a newer version.
///
/// @param number `OLDEST` to `NEWEST`
public record WriteVersion(int number) {
  /// What every release can read.
  public static final int OLDEST = EventSchema.OLDEST;

  /// What this release can write at most.
  public static final int NEWEST = EventSchema.NEWEST;

  public WriteVersion {
    if (number < OLDEST || number > NEWEST) {
      throw new IllegalArgumentException(
          "writeVersion must be " + OLDEST + " to " + NEWEST + ", got " + number);
    }
  }

  /// Not held back.
  public static WriteVersion newest() {
    return new WriteVersion(NEWEST);
  }

  /// Fails with `HeldBack` when `fact` needs a newer version.
  public void check(Fact fact) {
    int needed = FactJson.schema(fact);
    if (needed > number) {
      throw new FailureException(new Failure.HeldBack(FactJson.type(fact.event()), needed, number));
    }
  }
}
