package dev.artserver.flow;

import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What calls may use: so many at once, so many a minute, so many tokens a minute. The limits may
/// change at any time. Confined to the `Permits` it belongs to.
public final class Budget {
  /// No time alone will help: a call must end first.
  static final long UNTIL_A_CALL_ENDS = Breaker.UNTIL_A_CALL_ENDS;

  private static final long NANOS_PER_MS = 1_000_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FreedRate freed = new FreedRate();
  private Limits limits;
  private int parallelMax;
  private @Nullable SlidingWindow requests;
  private @Nullable SlidingWindow tokens;

  /// When tokens began to be counted.
  private long tokensSince;

  private int inUse;

  /// Calls above the limit, which was higher when they began.
  private int overhang;

  /// What a waiter may wait for.
  public enum Obstacle {
    /// Calls at once.
    PARALLEL,
    /// Calls begun in a minute.
    REQUESTS,
    /// Tokens in a minute.
    TOKENS,
    /// The service asked for a pause.
    PAUSE,
    /// The breaker lets no call through.
    BREAKER
  }

  /// What a waiter is blocked by.
  ///
  /// @param nanos for how long, as far as known; `UNTIL_A_CALL_ENDS`: unknown
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
    this.limits = limits;
    this.parallelMax = parallelMax(limits);
    this.requests = window(null, limits.requestsPerMinute(), now);
    this.tokens = window(null, limits.tokensPerMinute(), now);
    this.tokensSince = now;
  }

  /// Sets other limits. A lower one takes nothing back from calls under way; no call begins until
  /// enough of them have ended. What was counted in the last minute stays counted; what was not
  /// counted before, since there was no limit, counts from now on.
  void limit(Limits next, long now) {
    if (tokens == null) {
      tokensSince = now;
    }
    limits = next;
    parallelMax = parallelMax(next);
    requests = window(requests, next.requestsPerMinute(), now);
    tokens = window(tokens, next.tokensPerMinute(), now);
    overhang = Math.max(0, inUse - parallelMax);
    noteTaken(now);
  }

  Limits limits() {
    return limits;
  }

  private static int parallelMax(Limits limits) {
    return limits.parallelMax() == 0 ? Integer.MAX_VALUE : limits.parallelMax();
  }

  private static @Nullable SlidingWindow window(
      @Nullable SlidingWindow window, long perMinute, long now) {
    if (window == null) {
      return perMinute == 0 ? null : new SlidingWindow(perMinute, MINUTE, now);
    }
    window.limit(perMinute == 0 ? Long.MAX_VALUE : perMinute);
    return window;
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

  /// Which limit blocks the last call of `demand`, and for how long if calls end as fast as they
  /// did lately.
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

  /// A call that was begun elsewhere; it counts even when there is no room for it.
  void adopt(long reserved, long now) {
    take(reserved, now);
    overhang = Math.max(overhang, inUse - parallelMax);
  }

  /// The call ended and used so many tokens. That it was made stays counted.
  void giveBack(long takenAt, long reserved, long used, long now) {
    if (bounded()) {
      freed.freed(now / NANOS_PER_MS);
    }
    inUse--;
    overhang = Math.min(overhang, Math.max(0, inUse - parallelMax));
    noteTaken(now);
    if (tokens != null) {
      long counted = takenAt < tokensSince ? 0 : reserved;
      if (used != counted) {
        tokens.correct(takenAt, counted, used, now);
      }
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
    return inUse >= 0 && inUse - overhang <= parallelMax;
  }
}
