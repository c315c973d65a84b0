package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.OnTimeout;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.Question;
import dev.artserver.model.Risk;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ServedBy;
import dev.artserver.model.StateChange;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import dev.artserver.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Each event with its type and JSON. Logs hold these: a line here may gain a member, never lose or
/// change one.
final class GoldenEvents {
  private static final RunId RUN = new RunId("r1");
  private static final Usage USAGE = new Usage(10, 20, 3);
  private static final ToolCall CALL = new ToolCall("c1", "calculator", "{\"a\":");
  static final RunSummary SUMMARY =
      new RunSummary(Duration.ofMillis(1500), Duration.ofMillis(20), 2, 1, USAGE, false);
  private static final String SUMMARY_JSON =
      "\"totalDurationMs\":1500,\"queuedMs\":20,\"llmCalls\":2,\"toolCalls\":1,"
          + "\"usage\":{\"inputTokens\":10,\"outputTokens\":20,\"thinkingTokens\":3},"
          + "\"partial\":false}";
  private static final TodoItem ITEM =
      new TodoItem(
          "s1", "add", TodoStatus.IN_PROGRESS, List.of("s0"), List.of("calculator"), null, "4");
  private static final String ITEM_JSON =
      "{\"id\":\"s1\",\"description\":\"add\",\"status\":\"in_progress\","
          + "\"dependencies\":[\"s0\"],\"requiredTools\":[\"calculator\"],\"result\":\"4\"}";
  private static final ThreadConfig CONFIG =
      new ThreadConfig(
          new ProviderChoice("demo", "demo-1", object().put("temperature", 0.5)),
          "pes",
          List.of("calculator"),
          50,
          new SystemPrompt("Be brief.", SystemPrompt.Strategy.PREPEND),
          new Persona("Ada", "Plan well.", null, null),
          TestConfigs.EXECUTION,
          OnBusy.ENQUEUE);

  static final ThreadEvent.RunQueued QUEUED =
      new ThreadEvent.RunQueued(
          RUN,
          new RunRequest(
              "What is 2+2?",
              Priority.HIGH,
              OnBusy.REJECT,
              new RunOptions(
                  null,
                  new SystemPrompt("Be kind.", SystemPrompt.Strategy.APPEND),
                  null,
                  null,
                  object().put("topP", 1)),
              Duration.ofMinutes(2),
              "0af7"));

  private GoldenEvents() {}

  static Stream<Arguments> all() {
    return Stream.concat(ofThreads(), Stream.concat(ofCalls(), ofRuns()));
  }

  private static Stream<Arguments> ofThreads() {
    return Stream.of(
        Arguments.of(
            new ThreadEvent.ConfigChanged(new Profile(CONFIG, Map.of("userId", "u1"))),
            "config.changed",
            "{\"config\":{\"provider\":{\"name\":\"demo\",\"model\":\"demo-1\",\"options\":"
                + "{\"temperature\":0.5}},\"agent\":\"pes\",\"enabledTools\":[\"calculator\"],"
                + "\"historyLimit\":50,\"systemPrompt\":{\"content\":\"Be brief.\","
                + "\"strategy\":\"prepend\"},\"persona\":{\"name\":\"Ada\",\"prompts\":"
                + "{\"planning\":\"Plan well.\"}},\"execution\":{\"maxIterations\":5,"
                + "\"maxItems\":50,\"toolResultMaxLength\":60000},\"onBusy\":\"enqueue\"},"
                + "\"metadata\":{\"userId\":\"u1\"}}"),
        Arguments.of(
            new ThreadEvent.StateChanged(
                "op1",
                new StateChange.Batch(
                    List.of(
                        new StateChange.Operation.Put("/a", JsonNodeFactory.instance.nullNode()),
                        new StateChange.Operation.Merge("/b", object().put("c", 1)),
                        new StateChange.Operation.Remove("/d"),
                        new StateChange.Operation.UpdateTodoItem("s1", object().put("x", 1)),
                        new StateChange.Operation.UpdateStepOutput("s1", IntNode.valueOf(4)),
                        new StateChange.Operation.SetCurrentStep("s1")))),
            "state.changed",
            "{\"version\":3,\"operationId\":\"op1\",\"change\":{\"kind\":\"batch\","
                + "\"operations\":[{\"op\":\"set\",\"path\":\"/a\",\"value\":null},"
                + "{\"op\":\"merge\",\"path\":\"/b\",\"value\":{\"c\":1}},"
                + "{\"op\":\"remove\",\"path\":\"/d\"},"
                + "{\"op\":\"updateTodoItem\",\"itemId\":\"s1\",\"changes\":{\"x\":1}},"
                + "{\"op\":\"updateStepOutput\",\"stepId\":\"s1\",\"output\":4},"
                + "{\"op\":\"setCurrentStep\",\"stepId\":\"s1\"}]}}"),
        changed(new StateChange.Replace(object()), "{\"kind\":\"replace\",\"data\":{}}"),
        changed(
            new StateChange.MergePatch(object().putNull("a")),
            "{\"kind\":\"mergePatch\",\"patch\":{\"a\":null}}"),
        changed(
            new StateChange.JsonPatch(JsonNodeFactory.instance.arrayNode()),
            "{\"kind\":\"jsonPatch\",\"patch\":[]}"),
        Arguments.of(new ThreadEvent.RunYielded(RUN), "run.yielded", "{\"runId\":\"r1\"}"),
        Arguments.of(
            new ThreadEvent.RunSuspended(
                RUN,
                "x1",
                List.of(
                    new Question(
                        CALL,
                        Question.Kind.CLIENT_TOOL,
                        "May I?",
                        object().put("type", "string"),
                        true,
                        Risk.HIGH,
                        "money",
                        Instant.EPOCH,
                        OnTimeout.REJECT,
                        "s1"))),
            "run.suspended",
            "{\"runId\":\"r1\",\"suspensionId\":\"x1\",\"questions\":[{\"callId\":\"c1\","
                + "\"toolName\":\"calculator\",\"arguments\":\"{\\\"a\\\":\",\"kind\":\"client_tool\","
                + "\"question\":\"May I?\",\"feedbackSchema\":{\"type\":\"string\"},"
                + "\"modifiable\":true,\"risk\":\"high\",\"category\":\"money\","
                + "\"until\":\"1970-01-01T00:00:00.000Z\",\"onTimeout\":\"reject\",\"stepId\":\"s1\"}]}"),
        Arguments.of(
            new ThreadEvent.RunResumed(
                RUN,
                "x1",
                List.of(
                    new Verdict("c1", true, IntNode.valueOf(4), "sure", object().put("a", 1)),
                    new Verdict("c2", false, null, null, null)),
                true,
                1),
            "run.resumed",
            "{\"runId\":\"r1\",\"suspensionId\":\"x1\",\"answers\":[{\"callId\":\"c1\","
                + "\"approved\":true,\"value\":4,\"reason\":\"sure\",\"modifiedArgs\":{\"a\":1}},"
                + "{\"callId\":\"c2\",\"approved\":false}],\"timedOut\":true,\"open\":1}"),
        Arguments.of(
            new ThreadEvent.MessageAdded(
                new Message("m1", Role.AI, "4", Instant.EPOCH, RUN, object().put("n", 1))),
            "message",
            "{\"runId\":\"r1\",\"messageId\":\"m1\",\"role\":\"ai\",\"content\":\"4\","
                + "\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"metadata\":{\"n\":1}}"),
        Arguments.of(
            new ThreadEvent.MessageAdded(
                new Message(
                    "m2",
                    Role.USER,
                    "See\n\nand",
                    List.of(
                        new ContentPart.Text("See"),
                        new ContentPart.InlineImage("image/png", "iVBORw0KGgo="),
                        new ContentPart.Text("and"),
                        new ContentPart.LinkedImage("https://a/b", null),
                        new ContentPart.LinkedImage("https://a/c", "image/gif")),
                    Instant.EPOCH,
                    null,
                    null)),
            "message",
            "{\"messageId\":\"m2\",\"role\":\"user\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"See\"},"
                + "{\"type\":\"image\",\"mediaType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"},"
                + "{\"type\":\"text\",\"text\":\"and\"},"
                + "{\"type\":\"image\",\"url\":\"https://a/b\"},"
                + "{\"type\":\"image\",\"url\":\"https://a/c\",\"mediaType\":\"image/gif\"}],"
                + "\"timestamp\":\"1970-01-01T00:00:00.000Z\"}"));
  }

  private static Stream<Arguments> ofCalls() {
    return Stream.of(
        Arguments.of(
            new ThreadEvent.ModelCallStarted(RUN, "c1", Phase.EXECUTION, "s1", "demo", "demo-1"),
            "llm.call",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"status\":\"started\",\"phase\":\"execution\","
                + "\"stepId\":\"s1\",\"provider\":\"demo\",\"model\":\"demo-1\"}"),
        Arguments.of(
            new ThreadEvent.ModelCallEnded(
                RUN, "c1", Phase.SYNTHESIS, null, "4", List.of(CALL), USAGE, "stop", 900, 40),
            "llm.call",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"status\":\"completed\",\"phase\":\"synthesis\","
                + "\"text\":\"4\",\"toolCalls\":[{\"callId\":\"c1\",\"toolName\":\"calculator\","
                + "\"arguments\":\"{\\\"a\\\":\"}],\"usage\":{\"inputTokens\":10,"
                + "\"outputTokens\":20,\"thinkingTokens\":3},\"stopReason\":\"stop\","
                + "\"durationMs\":900,\"firstTokenMs\":40}"),
        Arguments.of(
            new ThreadEvent.ModelCallEnded(
                RUN,
                "c1",
                Phase.EXECUTION,
                "s1",
                "",
                List.of(new ToolCall("k", "t", "{}", object().put("signed", "x"))),
                new Usage(10, 20, 3, 8),
                "tool_calls",
                900,
                40),
            "llm.call",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"status\":\"completed\",\"phase\":\"execution\","
                + "\"stepId\":\"s1\",\"text\":\"\",\"toolCalls\":[{\"callId\":\"k\","
                + "\"toolName\":\"t\",\"arguments\":\"{}\",\"providerData\":{\"signed\":\"x\"}}],"
                + "\"usage\":{\"inputTokens\":10,\"outputTokens\":20,\"thinkingTokens\":3,"
                + "\"cachedTokens\":8},\"stopReason\":\"tool_calls\",\"durationMs\":900,"
                + "\"firstTokenMs\":40}"),
        Arguments.of(
            new ThreadEvent.ModelCallEnded(
                RUN,
                "c1",
                Phase.SYNTHESIS,
                null,
                "4",
                List.of(),
                USAGE,
                "stop",
                900,
                40,
                new ServedBy("backup", "small-1")),
            "llm.call",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"status\":\"completed\",\"phase\":\"synthesis\","
                + "\"text\":\"4\",\"toolCalls\":[],\"usage\":{\"inputTokens\":10,"
                + "\"outputTokens\":20,\"thinkingTokens\":3},\"stopReason\":\"stop\","
                + "\"durationMs\":900,\"firstTokenMs\":40,\"provider\":\"backup\","
                + "\"model\":\"small-1\"}"),
        Arguments.of(
            new ThreadEvent.Thoughts(RUN, "c1", Phase.PLANNING, null, "hm"),
            "thoughts",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"phase\":\"planning\",\"text\":\"hm\"}"),
        Arguments.of(
            new ThreadEvent.ToolStarted(
                RUN,
                new ToolCall(CALL.callId(), CALL.toolName(), CALL.arguments(), object()),
                "s1"),
            "tool.started",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"toolName\":\"calculator\","
                + "\"arguments\":\"{\\\"a\\\":\",\"stepId\":\"s1\"}"),
        Arguments.of(
            new ThreadEvent.ToolEnded(
                RUN, ToolResult.success(CALL, JsonNodeFactory.instance.nullNode(), 5), "s1"),
            "tool.ended",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"toolName\":\"calculator\","
                + "\"status\":\"success\",\"output\":null,\"durationMs\":5,\"stepId\":\"s1\"}"),
        Arguments.of(
            new ThreadEvent.ToolEnded(
                RUN, ToolResult.error(CALL, "TOOL_TIMEOUT", "too slow", 5), null),
            "tool.ended",
            "{\"runId\":\"r1\",\"callId\":\"c1\",\"toolName\":\"calculator\","
                + "\"status\":\"error\",\"errorCode\":\"TOOL_TIMEOUT\",\"error\":\"too slow\","
                + "\"durationMs\":5}"));
  }

  private static Stream<Arguments> ofRuns() {
    return Stream.of(
        Arguments.of(
            QUEUED,
            "run.queued",
            "{\"runId\":\"r1\",\"query\":\"What is 2+2?\",\"priority\":\"high\","
                + "\"onBusy\":\"reject\",\"options\":{\"systemPrompt\":\"Be kind.\","
                + "\"llmParams\":{\"topP\":1}},\"timeoutMs\":120000,\"traceId\":\"0af7\"}"),
        Arguments.of(
            new ThreadEvent.RunStarted(RUN, 2), "run.started", "{\"runId\":\"r1\",\"attempt\":2}"),
        Arguments.of(
            new ThreadEvent.RunStarted(RUN, 3, Duration.ofSeconds(2)),
            "run.started",
            "{\"runId\":\"r1\",\"attempt\":3,\"downtimeMs\":2000}"),
        Arguments.of(
            new ThreadEvent.RunPhase(RUN, Phase.PLANNING, null),
            "run.phase",
            "{\"runId\":\"r1\",\"phase\":\"planning\"}"),
        Arguments.of(
            new ThreadEvent.PlanUpdated(RUN, new Plan("add", "Sum", "Add them.", List.of(ITEM))),
            "plan.updated",
            "{\"runId\":\"r1\",\"version\":3,\"intent\":\"add\",\"title\":\"Sum\","
                + "\"plan\":\"Add them.\",\"todoList\":["
                + ITEM_JSON
                + "]}"),
        Arguments.of(
            new ThreadEvent.ItemUpdated(RUN, ITEM),
            "item.updated",
            "{\"runId\":\"r1\",\"version\":3,\"item\":" + ITEM_JSON + "}"),
        Arguments.of(
            new ThreadEvent.RunCompleted(RUN, SUMMARY),
            "run.completed",
            "{\"runId\":\"r1\"," + SUMMARY_JSON),
        Arguments.of(
            new ThreadEvent.RunFailed(
                RUN, new RunFailure("EMPTY_ANSWER", "no words", Phase.SYNTHESIS, "s1"), SUMMARY),
            "run.failed",
            "{\"runId\":\"r1\",\"error\":{\"code\":\"EMPTY_ANSWER\",\"message\":\"no words\","
                + "\"phase\":\"synthesis\",\"step\":\"s1\"},"
                + SUMMARY_JSON),
        Arguments.of(
            new ThreadEvent.RunCancelled(RUN, SUMMARY),
            "run.cancelled",
            "{\"runId\":\"r1\"," + SUMMARY_JSON),
        Arguments.of(
            new ThreadEvent.RunInterrupted(RUN, new RunId("r2"), true, SUMMARY),
            "run.interrupted",
            "{\"runId\":\"r1\",\"by\":\"r2\",\"rolledBack\":true," + SUMMARY_JSON));
  }

  private static Arguments changed(StateChange change, String json) {
    return Arguments.of(
        new ThreadEvent.StateChanged("op1", change),
        "state.changed",
        "{\"version\":3,\"operationId\":\"op1\",\"change\":" + json + "}");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
