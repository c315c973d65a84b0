package dev.artserver.cluster.quota;

import dev.artserver.flow.Budget;
import org.jspecify.annotations.Nullable;

/// Parts of limits.
final class Share {
  private Share() {}

  /// One of `divisor` equal parts, rounded down; null when a limit leaves nothing.
  static Budget.@Nullable Limits of(Budget.Limits limits, int divisor) {
    Budget.Limits part =
        new Budget.Limits(
            limits.parallelMax() / divisor,
            limits.requestsPerMinute() / divisor,
            limits.tokensPerMinute() / divisor);
    boolean nothing =
        (limits.parallelMax() > 0 && part.parallelMax() == 0)
            || (limits.requestsPerMinute() > 0 && part.requestsPerMinute() == 0)
            || (limits.tokensPerMinute() > 0 && part.tokensPerMinute() == 0);
    return nothing ? null : part;
  }
}
