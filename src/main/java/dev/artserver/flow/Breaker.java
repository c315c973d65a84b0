package dev.artserver.flow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps calls away from a service that is down: the circuit breaker of Michael Nygard's "Release
/// It!", with a number of probes and of successes before it trusts the service again.
///
/// Closed, it counts failures in a row. Open, nothing may go until the timeout is over. Then, half
/// open, a few probes may: one that fails opens it again, enough that succeed close it. What a call
/// reports that was begun before the last change of state is void, so calls of a broken time can
/// neither close nor open it later.
///
/// Moments are nanoseconds from some fixed one and never go back. Confined to its owner.
public final class Breaker {
  /// No time alone will help: a probe must end first.
  static final long UNTIL_A_CALL_ENDS = Long.MAX_VALUE;

  /// Given to `end` in place of an era by a call that was not begun here: its report is void.
  static final long NO_ERA = -1;

  /// What a breaker is to everyone else.
  public enum State {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  /// When it changes.
  ///
  /// @param failureThreshold failures in a row that open it, at least 1
  /// @param successThreshold probes that must succeed to close it, 1 to `halfOpenMaxCalls`
  /// @param timeout how long it stays open
  /// @param halfOpenMaxCalls probes of one half-open time
  public record Rules(
      int failureThreshold, int successThreshold, Duration timeout, int halfOpenMaxCalls) {
    public Rules {
      if (failureThreshold < 1
          || successThreshold < 1
          || successThreshold > halfOpenMaxCalls
          || !timeout.isPositive()) {
        throw new IllegalArgumentException(
            "thresholds must be at least 1, successes at most the probes, timeout positive, got "
                + failureThreshold
                + ", "
                + successThreshold
                + " of "
                + halfOpenMaxCalls
                + ", "
                + timeout);
      }
    }
  }

  /// How a call ended, as far as the breaker cares.
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    /// Cancelled, or failed in a way that says nothing about the service.
    UNKNOWN
  }

  private sealed interface Phase {}

  private record Closed(int failures) implements Phase {}

  private record Open(long until) implements Phase {}

  private record HalfOpen(int begun, int succeeded) implements Phase {}

  private static final Closed UNHARMED = new Closed(0);

  private final Rules rules;
  private Phase phase = UNHARMED;

  /// Changes of state so far.
  private long era;

  private long opened;

  public Breaker(Rules rules) {
    this.rules = rules;
  }

  /// Nanoseconds until a call may begin; 0: now.
  long waitFor(long now) {
    return switch (phase) {
      case Closed closed -> 0;
      case Open open -> Math.max(0, open.until() - now);
      case HalfOpen half -> half.begun() < rules.halfOpenMaxCalls() ? 0 : UNTIL_A_CALL_ENDS;
    };
  }

  /// Begins a call that may begin.
  ///
  /// @return to be handed to `end`
  long begin(long now) {
    if (waitFor(now) != 0) {
      throw new IllegalStateException("no call may begin, phase " + phase);
    }
    if (phase instanceof Open) {
      become(new HalfOpen(0, 0));
    }
    if (phase instanceof HalfOpen half) {
      phase = new HalfOpen(half.begun() + 1, half.succeeded());
    }
    return era;
  }

  /// A call ended.
  void end(long begunIn, Outcome outcome, long now) {
    if (begunIn != era) {
      return;
    }
    Phase next = after(outcome, now);
    if (next != null) {
      become(next);
    }
  }

  /// Null when the state stays; `phase` may have moved within it.
  private @Nullable Phase after(Outcome outcome, long now) {
    switch (phase) {
      case Closed closed -> {
        int failures = failuresAfter(closed, outcome);
        if (failures >= rules.failureThreshold()) {
          return open(now);
        }
        if (failures != closed.failures()) {
          phase = failures == 0 ? UNHARMED : new Closed(failures);
        }
      }
      case HalfOpen half -> {
        switch (outcome) {
          case FAILED -> {
            return open(now);
          }
          case SUCCEEDED -> {
            if (half.succeeded() + 1 >= rules.successThreshold()) {
              return UNHARMED;
            }
            phase = new HalfOpen(half.begun(), half.succeeded() + 1);
          }
          // Told nothing: another may probe in its place.
          case UNKNOWN -> phase = new HalfOpen(half.begun() - 1, half.succeeded());
        }
      }
      case Open open -> throw new IllegalStateException("a call was under way while open");
    }
    return null;
  }

  private static int failuresAfter(Closed closed, Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> 0;
      case FAILED -> closed.failures() + 1;
      case UNKNOWN -> closed.failures();
    };
  }

  private Open open(long now) {
    opened++;
    return new Open(now + rules.timeout().toNanos());
  }

  private void become(Phase next) {
    phase = next;
    era++;
  }

  public State state(long now) {
    return switch (phase) {
      case Closed closed -> State.CLOSED;
      case Open open -> open.until() - now > 0 ? State.OPEN : State.HALF_OPEN;
      case HalfOpen half -> State.HALF_OPEN;
    };
  }

  /// How often it opened.
  public long opened() {
    return opened;
  }
}
