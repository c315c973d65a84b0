package dev.artserver.flow;

import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What calls may use: so many at once, so many a minute, so many tokens a minute. Confined to the
/// `Permits` it belongs to.
public final class Budget {
  /// No time alone will help: a call must end first.
  static final long UNTIL_A_CALL_ENDS = Breaker.UNTIL_A_CALL_ENDS;

  private static final long NANOS_PER_MS = 1_000_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int parallelMax;
  private final @Nullable SlidingWindow requests;
  private final @Nullable SlidingWindow tokens;
  private final FreedRate freed = new FreedRate();
  private int inUse;

  /// What one who waits may wait for.
  public enum Obstacle {
    /// Calls at once.
    PARALLEL,
    /// Calls begun in a minute.
    REQUESTS,
    /// Tokens in a minute.
    TOKENS,
    /// The service asked to be left alone for a while.
    PAUSE,
    /// The breaker lets nobody through.
    BREAKER
  }

  /// What holds someone up.
  ///
  /// @param nanos for how long, as far as one can tell; `UNTIL_A_CALL_ENDS`: one cannot
  record Hold(Obstacle obstacle, long nanos) {}

  /// Calls that want to go.
  ///
  /// @param tokens of all of them
  record Demand(int calls, long tokens) {
    static final Demand NONE = new Demand(0, 0);

    Demand and(long more) {
      return new Demand(calls + 1, tokens + more);
    }
  }

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

  /// Which limit holds up the last of those who want to go, and for how long if calls end as fast
  /// as they did lately.
  Hold hold(Demand demand, long now) {
    long untilRequest = requests == null ? 0 : requests.waitForAll(demand.calls(), now);
    long untilTokens = tokens == null ? 0 : tokens.waitForAll(demand.tokens(), now);
    long untilMinute = Math.max(untilRequest, untilTokens);
    long untilFree = untilFree(demand.calls(), now);
    if (inUse >= parallelMax) {
      return new Hold(Obstacle.PARALLEL, Math.max(untilMinute, untilFree));
    }
    Obstacle obstacle = untilTokens > untilRequest ? Obstacle.TOKENS : Obstacle.REQUESTS;
    boolean known = untilFree != UNTIL_A_CALL_ENDS;
    return new Hold(obstacle, known ? Math.max(untilMinute, untilFree) : untilMinute);
  }

  private long untilFree(int calls, long now) {
    int free = parallelMax - inUse;
    if (calls <= free) {
      return 0;
    }
    OptionalDouble perMs = freed.perMs(now / NANOS_PER_MS);
    return perMs.isEmpty()
        ? UNTIL_A_CALL_ENDS
        : (long) ((calls - free) / perMs.getAsDouble() * NANOS_PER_MS);
  }

  void take(long reserved, long now) {
    inUse++;
    noteTaken(now);
    if (requests != null) {
      requests.take(1, now);
    }
    if (tokens != null) {
      tokens.take(reserved, now);
    }
  }

  /// The call ended and used so many tokens. That it was made stays counted.
  void giveBack(long takenAt, long reserved, long used, long now) {
    if (bounded()) {
      freed.freed(now / NANOS_PER_MS);
    }
    inUse--;
    noteTaken(now);
    if (tokens != null && used != reserved) {
      tokens.correct(takenAt, reserved, used, now);
    }
  }

  private void noteTaken(long now) {
    if (bounded()) {
      freed.taken(inUse >= parallelMax, now / NANOS_PER_MS);
    }
  }

  private boolean bounded() {
    return parallelMax < Integer.MAX_VALUE;
  }

  int inUse() {
    return inUse;
  }

  /// Whether nothing is in use, nor counted any more.
  boolean rests(long now) {
    return inUse == 0
        && (requests == null || requests.used(now) == 0)
        && (tokens == null || tokens.used(now) == 0);
  }

  boolean isValid() {
    return inUse >= 0 && inUse <= parallelMax;
  }
}
