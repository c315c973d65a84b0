package dev.artserver.app.demo;

import io.vertx.core.json.JsonObject;

/// What the demo's client hears of one run through its event stream.
final class DemoRun {
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
      case "run.completed", "run.cancelled", "run.interrupted" -> status = event.substring(4);
      case "run.failed" -> {
        JsonObject why = new JsonObject(data).getJsonObject("error", new JsonObject());
        status = "failed: " + why.getString("code") + " " + why.getString("message");
      }
      default -> {}
    }
  }

  private void onModelCall(JsonObject call) {
    long tokens = call.getJsonObject("usage", new JsonObject()).getLong("outputTokens", 0L);
    outputTokens += tokens;
    progress.onTokens(tokens);
  }
}
