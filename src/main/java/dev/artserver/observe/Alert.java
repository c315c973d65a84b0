package dev.artserver.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One alert as it stands.
///
/// @param name of what is watched; one provider's queue is `provider-queue.<name>`
/// @param value at the last look
/// @param threshold above which it is raised; it is cleared below four fifths of that
/// @param since when it was raised; null: it is not
public record Alert(String name, double value, double threshold, @Nullable Instant since) {
  private static final double CLEARED_BELOW = 0.8;

  public boolean raised() {
    return since != null;
  }

  /// After a look that found `next`; nothing found leaves it as it was.
  Alert seen(double next, Instant now) {
    if (since == null) {
      return new Alert(name, next, threshold, next > threshold ? now : null);
    }
    return new Alert(name, next, threshold, next < threshold * CLEARED_BELOW ? null : since);
  }
}
