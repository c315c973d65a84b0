package dev.artserver.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The time of a run that counts towards its limit: while it is queued, running or yielded, and a
/// process has its thread. It does not count while the run is suspended.
///
/// @param spent what counted before `since`
/// @param since from when on time counts; null: it is paused
public record WorkTime(Duration spent, @Nullable Instant since) {
  static WorkTime from(Instant at) {
    return new WorkTime(Duration.ZERO, at);
  }

  /// Counts from `at` on, if it was paused.
  WorkTime resumed(Instant at) {
    return since == null ? new WorkTime(spent, at) : this;
  }

  /// Stands still from `at` on.
  WorkTime paused(Instant at) {
    return since == null ? this : new WorkTime(spent.plus(Duration.between(since, at)), null);
  }

  /// Leaves out a time in which no process had the thread.
  WorkTime without(Duration downtime) {
    return since == null ? this : new WorkTime(spent, since.plus(downtime));
  }

  /// When it reaches `limit`, if it goes on counting; null while it is paused.
  @Nullable Instant reaches(Duration limit) {
    return since == null ? null : since.plus(limit).minus(spent);
  }
}
