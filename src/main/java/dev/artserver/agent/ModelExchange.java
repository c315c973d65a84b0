package dev.artserver.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.AnsweredCall;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Excerpt;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What model and tools said to each other since a step last began. Calls of other steps may have
/// ended between them. A step that is begun again starts with an empty exchange.
final class ModelExchange {
  /// Tool calls of one answer that are run; a model that needs more must ask again.
  static final int CALLS_MAX = 32;

  private static final String THOUGHT_BEGINS = "<think>";
  private static final String THOUGHT_ENDS = "</think>";

  private static final ModelExchange NONE = new ModelExchange(List.of(), List.of());

  private final List<EndedCall> calls;

  private final List<AnsweredCall> answers;

  private ModelExchange(List<EndedCall> calls, List<AnsweredCall> answers) {
    this.calls = calls;
    this.answers = answers;
  }

  static ModelExchange of(ActiveRun run, Phase phase, @Nullable String stepId) {
    return new ModelExchange(run.endedCallsOf(phase, stepId), run.answers());
  }

  /// The same for an agent that works on one step at a time: empty once another step was worked on,
  /// since this step will then begin again.
  static ModelExchange current(ActiveRun run, Phase phase, @Nullable String stepId) {
    return run.endedLast(phase, stepId) ? of(run, phase, stepId) : NONE;
  }

  /// What the model said last, or null when it was not asked yet.
  EndedCall.@Nullable EndedModelCall reply() {
    for (int i = calls.size() - 1; i >= 0; i--) {
      if (calls.get(i) instanceof EndedCall.EndedModelCall reply) {
        return reply;
      }
    }
    return null;
  }

  int modelCalls() {
    int count = 0;
    for (EndedCall ended : calls) {
      if (ended instanceof EndedCall.EndedModelCall) {
        count++;
      }
    }
    return count;
  }

  /// Answers of the model that called no tool.
  int plainReplies() {
    int replies = 0;
    for (EndedCall ended : calls) {
      if (ended instanceof EndedCall.EndedModelCall reply && reply.toolCalls().isEmpty()) {
        replies++;
      }
    }
    return replies;
  }

  /// Calls of the last answer without a result, in order. A crash between two tools leaves some. An
  /// answer that was cut off has none.
  List<ToolCall> unanswered() {
    List<ToolCall> open = List.of();
    for (EndedCall ended : calls) {
      switch (ended) {
        case EndedCall.EndedModelCall reply ->
            open = isCutOff(reply) ? List.of() : new ArrayList<>(calls(reply));
        case EndedCall.EndedToolCall(ToolResult result, Phase _, String _) ->
            open.removeIf(call -> call.callId().equals(result.callId()));
      }
    }
    return open;
  }

  /// Names of the tools that ended, with a result or an error.
  Set<String> toolsUsed() {
    Set<String> names = new HashSet<>();
    for (EndedCall ended : calls) {
      if (ended instanceof EndedCall.EndedToolCall tool) {
        names.add(tool.result().toolName());
      }
    }
    return names;
  }

  /// Adds the exchange in the form that models read. Each tool result is cut to `charsMax`
  /// characters.
  void addTo(List<ModelMessage> messages, int charsMax) {
    addTo(messages, charsMax, List.of());
  }

  /// The same for a step that must use `required` tools: after each answer that came before all
  /// were used, a message demands the missing tools.
  void addTo(List<ModelMessage> messages, int charsMax, List<String> required) {
    Set<String> unused = new HashSet<>(required);
    for (EndedCall ended : calls) {
      switch (ended) {
        case EndedCall.EndedModelCall reply -> {
          List<ToolCall> wanted = calls(reply);
          if (!reply.text().isBlank() || !wanted.isEmpty()) {
            messages.add(new ModelMessage.FromAssistant(reply.text(), wanted));
          }
          if (isCutOff(reply)) {
            for (ToolCall call : wanted) {
              messages.add(
                  new ModelMessage.FromTool(
                      call.callId(), call.toolName(), Instructions.cutOff(reply.stopReason())));
            }
          }
          if (wanted.isEmpty() && !unused.isEmpty()) {
            List<String> missing = required.stream().filter(unused::contains).toList();
            messages.add(new ModelMessage.FromUser(Instructions.useTools(missing)));
          }
        }
        case EndedCall.EndedToolCall(ToolResult result, Phase _, String _) -> {
          unused.remove(result.toolName());
          messages.add(
              new ModelMessage.FromTool(
                  result.callId(), result.toolName(), Excerpt.of(shown(result), charsMax)));
        }
      }
    }
  }

  /// Whether the answer ended before its tool calls did. None of them is run: what came of their
  /// arguments may be complete by chance only.
  private static boolean isCutOff(EndedCall.EndedModelCall reply) {
    return !reply.toolCalls().isEmpty()
        && (reply.stopReason().equals("length") || reply.stopReason().equals("content_filter"));
  }

  /// The model's answer without the thoughts some models put in front of it.
  static String said(EndedCall.EndedModelCall reply) {
    String text = reply.text().strip();
    int end = text.indexOf(THOUGHT_ENDS);
    boolean thought = text.startsWith(THOUGHT_BEGINS) || isOnItsOwnLine(text, end);
    return end < 0 || !thought ? text : text.substring(end + THOUGHT_ENDS.length()).strip();
  }

  /// The mark that opens thoughts may have stood in the prompt, so that only its end comes.
  private static boolean isOnItsOwnLine(String text, int mark) {
    int after = mark + THOUGHT_ENDS.length();
    return mark >= 0
        && text.indexOf(THOUGHT_BEGINS) < 0
        && (mark == 0 || text.charAt(mark - 1) == '\n')
        && (after == text.length() || text.charAt(after) == '\n');
  }

  private static List<ToolCall> calls(EndedCall.EndedModelCall reply) {
    List<ToolCall> wanted = reply.toolCalls();
    return wanted.size() <= CALLS_MAX ? wanted : wanted.subList(0, CALLS_MAX);
  }

  private String shown(ToolResult result) {
    for (AnsweredCall answer : answers) {
      ObjectNode modified = answer.verdict().modifiedArgs();
      if (answer.call().callId().equals(result.callId()) && modified != null) {
        return Instructions.modifiedArguments(modified.toString()) + plain(result);
      }
    }
    return plain(result);
  }

  private static String plain(ToolResult result) {
    if (!result.succeeded()) {
      return "Error " + result.errorCode() + ": " + result.error();
    }
    return result.output() == null ? "null" : result.output().toString();
  }
}
