package dev.artserver.app.demo;

import dev.artserver.model.Excerpt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// The logs of the demo's threads, as the API gives them.
///
/// @param logs one for each thread, facts in the order they were given
public record DemoLogs(List<List<JsonObject>> logs) {
  private static final int SHOWN = 96;

  public DemoLogs {
    logs = List.copyOf(logs);
  }

  /// Whether every log counts 1, 2, 3, … to a run that completed.
  public boolean gapFree() {
    return !logs.isEmpty() && logs.stream().allMatch(DemoLogs::whole);
  }

  public String verdict() {
    long whole = logs.stream().filter(DemoLogs::whole).count();
    long facts = logs.stream().mapToLong(List::size).sum();
    return "%d of %d logs whole, %d facts without a gap".formatted(whole, logs.size(), facts);
  }

  /// What the first thread did, in its own log's words.
  public List<String> story() {
    List<String> lines = new ArrayList<>(List.of("", "The story of thread demo-1:"));
    for (JsonObject fact : logs.isEmpty() ? List.<JsonObject>of() : logs.getFirst()) {
      JsonObject data = fact.getJsonObject("data", new JsonObject());
      String told = tell(fact.getString("event", ""), data);
      if (!told.isEmpty()) {
        String shown = Excerpt.shortened(told, SHOWN);
        lines.add(String.format("  %3d  %s", fact.getLong("seq"), shown.replace('\n', ' ')));
      }
    }
    return lines;
  }

  private static boolean whole(List<JsonObject> facts) {
    for (int i = 0; i < facts.size(); i++) {
      if (facts.get(i).getLong("seq") != i + 1) {
        return false;
      }
    }
    return !facts.isEmpty() && facts.getLast().getString("event").equals("run.completed");
  }

  private static String tell(String event, JsonObject data) {
    return switch (event) {
      case "message" -> data.getString("role") + ": " + data.getString("content");
      case "thoughts" -> "thinks: " + data.getString("text");
      case "plan.updated" -> "plans: " + plan(data);
      case "item.updated" -> "step " + item(data);
      case "tool.started" ->
          "calls " + data.getValue("toolName") + " " + data.getValue("arguments");
      case "tool.ended" -> data.getValue("toolName") + " gives " + data.getValue("output");
      case "run.completed" -> "completed in " + data.getValue("totalDurationMs") + " ms";
      default -> "";
    };
  }

  private static String plan(JsonObject data) {
    JsonArray items = data.getJsonArray("todoList", new JsonArray());
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      steps.add((i + 1) + ". " + items.getJsonObject(i).getString("description"));
    }
    return String.join("  ", steps);
  }

  private static String item(JsonObject data) {
    JsonObject item = data.getJsonObject("item", data);
    String result = item.getString("result");
    return item.getString("id")
        + " is "
        + item.getString("status")
        + (result == null ? "" : ": " + result);
  }
}
