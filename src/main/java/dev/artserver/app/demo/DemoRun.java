package dev.artserver.app.demo;

import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the demo's client hears of one run through its event stream.
final class DemoRun {
  private static final Set<String> ENDS =
      ThreadEvent.kinds(ThreadEvent.RunEnd.class).stream()
          .map(FactJson::type)
          .collect(Collectors.toUnmodifiableSet());

  private final DemoProgress progress;
  private boolean started;
  private long outputTokens;
  private String status = "the stream ended before the run";

  DemoRun(DemoProgress progress) {
    this.progress = progress;
  }

  boolean started() {
    return started;
  }

  long outputTokens() {
    return outputTokens;
  }

  /// The run's end, or that there was none.
  String status() {
    return status;
  }

  /// @param text one event of the stream: lines of `field: value`
  void onEvent(String text) {
    String event = "";
    String data = "{}";
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      }
    }
    switch (event) {
      case "run.started" -> {
        started = true;
        progress.onStarted();
      }
      case "llm.call" -> onModelCall(new JsonObject(data));
      case "run.failed" -> {
        JsonObject why = new JsonObject(data).getJsonObject("error", new JsonObject());
        status = "failed: " + why.getString("code") + " " + why.getString("message");
      }
      default -> endsOf(event).ifPresent(end -> status = end);
    }
  }

  /// The status a run ends with by this event; empty when it does not end by it.
  private static Optional<String> endsOf(String event) {
    return ENDS.contains(event) ? Optional.of(event.substring("run.".length())) : Optional.empty();
  }

  private void onModelCall(JsonObject call) {
    long tokens = call.getJsonObject("usage", new JsonObject()).getLong("outputTokens", 0L);
    outputTokens += tokens;
    progress.onTokens(tokens);
  }
}
