package dev.artserver.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunSummary;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A log of facts to follow, numbered as they are written.
final class ThreadScript {
  static final RunId RUN = new RunId("r1");
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunSummary SUMMARY =
      new RunSummary(Duration.ZERO, Duration.ZERO, 0, 0, Usage.NONE, false);

  final List<Fact> log = new ArrayList<>();

  /// Writes events and gives their facts.
  List<Fact> write(ThreadEvent... events) {
    int from = log.size();
    for (ThreadEvent event : events) {
      log.add(new Fact(log.size() + 1, 0, AT, event));
    }
    return List.copyOf(log.subList(from, log.size()));
  }

  long seq() {
    return log.size();
  }

  List<Fact> read(long after, int limit) {
    return log.stream().skip(after).limit(limit).toList();
  }

  static ThreadEvent changed(String text) {
    return new ThreadEvent.StateChanged(
        "op", new StateChange.Replace(JsonNodeFactory.instance.objectNode().put("text", text)));
  }

  static ThreadEvent queued(RunId run) {
    RunRequest request =
        new RunRequest(
            "q", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0".repeat(32));
    return new ThreadEvent.RunQueued(run, request);
  }

  static ThreadEvent completed(RunId run) {
    return new ThreadEvent.RunCompleted(run, SUMMARY);
  }

  static ThreadEvent callStarted(RunId run, String callId) {
    return new ThreadEvent.ModelCallStarted(run, callId, Phase.EXECUTION, null, "demo", "demo-1");
  }

  static ThreadEvent thoughts(RunId run, String callId, String text) {
    return new ThreadEvent.Thoughts(run, callId, Phase.EXECUTION, null, text);
  }

  static ThreadEvent callEnded(RunId run, String callId, String text) {
    return new ThreadEvent.ModelCallEnded(
        run, callId, Phase.EXECUTION, null, text, List.of(), Usage.NONE, "stop", 0, 0);
  }
}
