package dev.artserver.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of an alert.
///
/// @param name of the watched value; one provider's queue is `provider-queue.<name>`
/// @param value at the last look
/// @param threshold above which it is raised; it is cleared below four fifths of that
/// @param since when it was raised; null: it is not raised
public record Alert(String name, double value, double threshold, @Nullable Instant since) {
  private static final double CLEARED_BELOW = 0.8;

  public boolean raised() {
    return since != null;
  }

  /// The alert after a check found `next`. It stays as it is when the check found no value.
  Alert seen(double next, Instant now) {
    if (since == null) {
      return new Alert(name, next, threshold, next > threshold ? now : null);
    }
    return new Alert(name, next, threshold, next < threshold * CLEARED_BELOW ? null : since);
  }
}
