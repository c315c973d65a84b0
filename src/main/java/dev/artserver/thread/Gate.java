package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.AnsweredCall;
import dev.artserver.model.Approval;
import dev.artserver.model.ApprovalRule;
import dev.artserver.model.ClientTool;
import dev.artserver.model.Excerpt;
import dev.artserver.model.Question;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import dev.artserver.tool.Schemas;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides for each tool call whether it runs, asks people first, or is refused. Every call passes
/// here, so nothing goes around it.
final class Gate {
  /// What a person refused.
  static final String REJECTED = "TOOL_REJECTED";

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([A-Za-z0-9_-]{1,64})\\s*}}");
  private static final int TEXT_MAX = 4_000;
  private static final int SCHEMA_MAX = 16_384;

  private final ThreadServices services;

  Gate(ThreadServices services) {
    this.services = services;
  }

  /// What becomes of a call.
  sealed interface Passage {
    /// @param call with the arguments it may run with
    record Run(ToolCall call) implements Passage {}

    record Ask(Question question) implements Passage {}

    record Refused(ToolResult result) implements Passage {}
  }

  Passage passage(
      ActiveRun run, ThreadConfig config, ToolCall call, @Nullable String stepId, Instant now) {
    AnsweredCall answered = run.answer(call.callId());
    if (answered != null && answered.verdict().approved()) {
      return new Passage.Run(answered.allowed());
    }
    for (AnsweredCall before : run.answers()) {
      if (!before.verdict().approved() && same(before.call(), call)) {
        return new Passage.Refused(
            ToolResult.error(
                call, REJECTED, "a person refused this same call before; it did not run", 0));
      }
    }
    ClientTool clients = config.clientTool(call.toolName());
    if (clients != null) {
      return askClient(clients, call, stepId, now);
    }
    Optional<ToolSpec> tool = services.tools().find(call.toolName());
    Approval approval = tool.map(ToolSpec::approval).orElse(Approval.NEVER);
    ApprovalRule rule = config.approvals().get(call.toolName());
    Approval.Mode mode = approval.mode();
    if (rule != null && mode != Approval.Mode.QUESTION) {
      mode = rule == ApprovalRule.ALWAYS ? Approval.Mode.ALWAYS : Approval.Mode.NEVER;
    }
    if (tool.isEmpty() || mode == Approval.Mode.NEVER) {
      return new Passage.Run(call);
    }
    // Arguments that do not fit are no question for people: the runner tells the model.
    ObjectNode arguments = services.tools().arguments(call).value();
    if (arguments == null) {
      return new Passage.Run(call);
    }
    return switch (mode) {
      case QUESTION -> ask(call, arguments, approval, stepId, now);
      case BY_ARGUMENTS ->
          approval.when() == null || services.tools().schemas().fits(approval.when(), arguments)
              ? approve(call, arguments, approval, stepId, now)
              : new Passage.Run(call);
      case ALWAYS -> approve(call, arguments, approval, stepId, now);
      case NEVER -> new Passage.Run(call);
    };
  }

  private Passage approve(
      ToolCall call,
      ObjectNode arguments,
      Approval approval,
      @Nullable String stepId,
      Instant now) {
    String text =
        approval.prompt() == null
            ? "May the tool '" + call.toolName() + "' run with these arguments?"
            : filled(approval.prompt(), arguments);
    return new Passage.Ask(
        new Question(
            call,
            approval.completes() ? Question.Kind.FEEDBACK : Question.Kind.APPROVAL,
            text,
            approval.feedbackSchema(),
            approval.modifiable() && !approval.completes(),
            approval.risk(),
            approval.category(),
            until(approval, now),
            approval.onTimeout(),
            stepId));
  }

  private Passage ask(
      ToolCall call,
      ObjectNode arguments,
      Approval approval,
      @Nullable String stepId,
      Instant now) {
    ObjectNode schema = answerSchema(arguments);
    Optional<String> wrong =
        schema.toString().length() > SCHEMA_MAX
            ? Optional.of("it must be at most " + SCHEMA_MAX + " characters")
            : services.tools().schemas().violation(schema);
    if (wrong.isPresent()) {
      return new Passage.Refused(
          ToolResult.error(
              call,
              "TOOL_SCHEMA_VALIDATION_FAILED",
              "/schema must be JSON Schema 2020-12: " + wrong.get(),
              0));
    }
    return new Passage.Ask(
        new Question(
            call,
            Question.Kind.QUESTION,
            Excerpt.of(arguments.path("question").asText(), TEXT_MAX),
            schema,
            false,
            approval.risk(),
            approval.category(),
            until(approval, now),
            approval.onTimeout(),
            stepId));
  }

  private static ObjectNode answerSchema(ObjectNode arguments) {
    if (arguments.get("schema") instanceof ObjectNode given) {
      return given;
    }
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("type", "string");
    JsonNode choices = arguments.get("choices");
    if (choices != null) {
      schema.set("enum", choices);
    }
    return schema;
  }

  private Passage askClient(ClientTool tool, ToolCall call, @Nullable String stepId, Instant now) {
    Schemas schemas = services.tools().schemas();
    JsonNode arguments = parsed(call);
    if (arguments == null || !schemas.fits(tool.inputSchema(), arguments)) {
      String wrong =
          arguments == null
              ? "they must be one JSON object"
              : String.join(
                  "; ",
                  schemas.check(tool.inputSchema(), arguments, "").stream()
                      .map(one -> one.pointer() + " " + one.rule())
                      .toList());
      return new Passage.Refused(
          ToolResult.error(
              call,
              "TOOL_SCHEMA_VALIDATION_FAILED",
              "Invalid arguments for tool '" + call.toolName() + "': " + wrong,
              0));
    }
    Approval none = Approval.NEVER;
    return new Passage.Ask(
        new Question(
            call,
            Question.Kind.CLIENT_TOOL,
            "Run the tool '" + call.toolName() + "' and give its result.",
            tool.outputSchema(),
            false,
            none.risk(),
            null,
            until(none, now),
            none.onTimeout(),
            stepId));
  }

  private Instant until(Approval approval, Instant now) {
    Duration most = services.config().answerMax();
    Duration wanted = approval.timeout();
    return now.plus(wanted == null || wanted.compareTo(most) > 0 ? most : wanted);
  }

  private static String filled(String prompt, ObjectNode arguments) {
    String text =
        PLACE
            .matcher(prompt)
            .replaceAll(place -> {
              JsonNode value = arguments.get(place.group(1));
              return Matcher.quoteReplacement(
                  value == null ? "" : value.isTextual() ? value.textValue() : value.toString());
            });
    return Excerpt.of(text, TEXT_MAX);
  }

  /// Whether it is the same tool with the same arguments, however these are written.
  private static boolean same(ToolCall one, ToolCall other) {
    if (!one.toolName().equals(other.toolName())) {
      return false;
    }
    JsonNode first = parsed(one);
    JsonNode second = parsed(other);
    return (first == null || second == null)
        ? one.arguments().equals(other.arguments())
        : first.equals(second);
  }

  private static @Nullable JsonNode parsed(ToolCall call) {
    try {
      return call.arguments().isBlank()
          ? JsonNodeFactory.instance.objectNode()
          : JSON.readTree(call.arguments()) instanceof ObjectNode object ? object : null;
    } catch (IOException broken) {
      return null;
    }
  }
}
