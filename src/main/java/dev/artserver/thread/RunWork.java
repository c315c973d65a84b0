package dev.artserver.thread;

import dev.artserver.admission.Admission;
import dev.artserver.flow.Timers;
import dev.artserver.model.RunId;
import dev.artserver.model.WorkTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The work under way for one open run. Changed only by `RunDriver` and its parts.
final class RunWork {
  final RunId run;
  final Map<String, Runnable> calls = new HashMap<>(4);

  /// Model calls under way that are to have these ids.
  final Map<String, ModelCallWork> renaming = new HashMap<>(0);

  Admission.@Nullable Ticket ticket;
  boolean begun;
  boolean ended;
  Timers.@Nullable Scheduled deadline;

  /// What the deadline was scheduled for.
  @Nullable WorkTime watched;

  /// Not yet logged: how long no process had the thread.
  Duration downtime;

  RunWork(RunId run, Duration downtime) {
    this.run = run;
    this.downtime = downtime;
  }
}
