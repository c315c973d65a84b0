package dev.artserver.wire;

import dev.artserver.model.Plan;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import java.io.IOException;

/// JSON of plans, items, tool calls, tool results and usage.
final class AgentJson {
  private AgentJson() {}

  static void plan(Fields out, Plan plan) throws IOException {
    out.text("intent", plan.intent());
    out.text("title", plan.title());
    out.text("plan", plan.plan());
    out.objects("todoList", plan.todoList(), AgentJson::item);
  }

  static Plan plan(Members in) {
    return new Plan(
        in.text("intent"),
        in.text("title"),
        in.text("plan"),
        in.objects("todoList", AgentJson::item));
  }

  static void item(Fields out, TodoItem item) throws IOException {
    out.text("id", item.id());
    out.text("description", item.description());
    out.word("status", item.status());
    out.texts("dependencies", item.dependencies());
    out.texts("requiredTools", item.requiredTools());
    out.text("expectedOutcome", item.expectedOutcome());
    out.text("result", item.result());
  }

  static TodoItem item(Members in) {
    return new TodoItem(
        in.text("id"),
        in.text("description"),
        in.word(TodoStatus.class, "status"),
        in.texts("dependencies"),
        in.texts("requiredTools"),
        in.textOrNull("expectedOutcome"),
        in.textOrNull("result"));
  }

  static void call(Fields out, ToolCall call) throws IOException {
    out.text("callId", call.callId());
    out.text("toolName", call.toolName());
    out.text("arguments", call.arguments());
    out.tree("providerData", call.providerData());
  }

  static ToolCall call(Members in) {
    return new ToolCall(
        in.text("callId"),
        in.text("toolName"),
        in.text("arguments"),
        in.treeOrNull("providerData"));
  }

  static void result(Fields out, ToolResult result) throws IOException {
    out.text("callId", result.callId());
    out.text("toolName", result.toolName());
    out.text("status", result.succeeded() ? "success" : "error");
    out.tree("output", result.output());
    out.text("errorCode", result.errorCode());
    out.text("error", result.error());
    out.number("durationMs", result.durationMs());
  }

  static ToolResult result(Members in) {
    return new ToolResult(
        in.text("callId"),
        in.text("toolName"),
        in.treeOrNull("output"),
        in.textOrNull("errorCode"),
        in.textOrNull("error"),
        in.number("durationMs"));
  }

  static void usage(Fields out, Usage usage) throws IOException {
    out.number("inputTokens", usage.inputTokens());
    out.number("outputTokens", usage.outputTokens());
    out.number("thinkingTokens", usage.thinkingTokens());
    if (usage.cachedTokens() > 0) {
      out.number("cachedTokens", usage.cachedTokens());
    }
  }

  static Usage usage(Members in) {
    return new Usage(
        in.number("inputTokens"),
        in.number("outputTokens"),
        in.number("thinkingTokens"),
        in.treeOrNull("cachedTokens") == null ? 0 : in.number("cachedTokens"));
  }
}
