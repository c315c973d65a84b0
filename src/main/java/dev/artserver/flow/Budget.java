package dev.artserver.flow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What calls may use: so many at once, so many a minute, so many tokens a minute. Confined to the
/// `Permits` it belongs to.
public final class Budget {
  /// No time alone will help: a call must end first.
  static final long UNTIL_A_CALL_ENDS = Breaker.UNTIL_A_CALL_ENDS;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int parallelMax;
  private final @Nullable SlidingWindow requests;
  private final @Nullable SlidingWindow tokens;
  private int inUse;

  /// The limits; 0 means none.
  ///
  /// @param parallelMax calls at once
  /// @param requestsPerMinute calls begun in any minute
  /// @param tokensPerMinute tokens used in any minute
  public record Limits(int parallelMax, long requestsPerMinute, long tokensPerMinute) {
    public static final Limits NONE = new Limits(0, 0, 0);

    public Limits {
      if (parallelMax < 0 || requestsPerMinute < 0 || tokensPerMinute < 0) {
        throw new IllegalArgumentException(
            "limits must be at least 0, got "
                + parallelMax
                + ", "
                + requestsPerMinute
                + ", "
                + tokensPerMinute);
      }
    }
  }

  /// @param now the first moment
  Budget(Limits limits, long now) {
    this.parallelMax = limits.parallelMax() == 0 ? Integer.MAX_VALUE : limits.parallelMax();
    this.requests = window(limits.requestsPerMinute(), now);
    this.tokens = window(limits.tokensPerMinute(), now);
  }

  private static @Nullable SlidingWindow window(long perMinute, long now) {
    return perMinute == 0 ? null : new SlidingWindow(perMinute, MINUTE, now);
  }

  /// Nanoseconds until a call of so many tokens fits; 0: now.
  long waitFor(long wanted, long now) {
    if (inUse >= parallelMax) {
      return UNTIL_A_CALL_ENDS;
    }
    long untilRequest = requests == null ? 0 : requests.waitFor(1, now);
    long untilTokens = tokens == null ? 0 : tokens.waitFor(wanted, now);
    return Math.max(untilRequest, untilTokens);
  }

  void take(long reserved, long now) {
    inUse++;
    if (requests != null) {
      requests.take(1, now);
    }
    if (tokens != null) {
      tokens.take(reserved, now);
    }
  }

  /// The call ended and used so many tokens. That it was made stays counted.
  void giveBack(long takenAt, long reserved, long used, long now) {
    inUse--;
    if (tokens != null && used != reserved) {
      tokens.correct(takenAt, reserved, used, now);
    }
  }

  int inUse() {
    return inUse;
  }

  boolean isValid() {
    return inUse >= 0 && inUse <= parallelMax;
  }
}
