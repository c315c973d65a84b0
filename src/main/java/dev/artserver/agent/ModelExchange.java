package dev.artserver.agent;

import dev.artserver.model.ActiveRun;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What model and tools said to each other since a step was begun: the run's last turns, as far as
/// they belong to it. A step that is begun again after another one starts with an empty exchange.
final class ModelExchange {
  /// Tool calls of one answer that are run; a model that wants more must ask again.
  static final int CALLS_MAX = 32;

  private static final String THOUGHT_BEGINS = "<think>";
  private static final String THOUGHT_ENDS = "</think>";

  private final List<Turn> turns;

  private ModelExchange(List<Turn> turns) {
    this.turns = turns;
  }

  static ModelExchange of(ActiveRun run, Phase phase, @Nullable String stepId) {
    List<Turn> all = run.turns();
    int from = all.size();
    while (from > 0 && belongs(all.get(from - 1), phase, stepId)) {
      from--;
    }
    return new ModelExchange(all.subList(from, all.size()));
  }

  private static boolean belongs(Turn turn, Phase phase, @Nullable String stepId) {
    return turn.phase() == phase && Objects.equals(turn.stepId(), stepId);
  }

  /// What the model said last, or null when it was not asked yet.
  Turn.@Nullable ModelTurn reply() {
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (turns.get(i) instanceof Turn.ModelTurn reply) {
        return reply;
      }
    }
    return null;
  }

  int modelCalls() {
    int calls = 0;
    for (Turn turn : turns) {
      if (turn instanceof Turn.ModelTurn) {
        calls++;
      }
    }
    return calls;
  }

  /// Answers of the model that called no tool.
  int plainReplies() {
    int replies = 0;
    for (Turn turn : turns) {
      if (turn instanceof Turn.ModelTurn reply && reply.toolCalls().isEmpty()) {
        replies++;
      }
    }
    return replies;
  }

  /// Calls of the last answer without a result, in order. A crash between two tools leaves some.
  List<ToolCall> unanswered() {
    List<ToolCall> open = List.of();
    for (Turn turn : turns) {
      switch (turn) {
        case Turn.ModelTurn reply -> open = new ArrayList<>(calls(reply));
        case Turn.ToolTurn(ToolResult result, Phase _, String _) ->
            open.removeIf(call -> call.callId().equals(result.callId()));
      }
    }
    return open;
  }

  /// Names of the tools that ended, well or not.
  Set<String> toolsUsed() {
    Set<String> names = new HashSet<>();
    for (Turn turn : turns) {
      if (turn instanceof Turn.ToolTurn tool) {
        names.add(tool.result().toolName());
      }
    }
    return names;
  }

  /// Adds the exchange as a model is shown it. Each tool result is cut to `charsMax` characters.
  void addTo(List<ModelMessage> messages, int charsMax) {
    addTo(messages, charsMax, List.of());
  }

  /// The same for a step that must use `required` tools: each answer that came before they were all
  /// used is followed by the demand to use them.
  void addTo(List<ModelMessage> messages, int charsMax, List<String> required) {
    Set<String> unused = new HashSet<>(required);
    for (Turn turn : turns) {
      switch (turn) {
        case Turn.ModelTurn reply -> {
          List<ToolCall> calls = calls(reply);
          if (!reply.text().isBlank() || !calls.isEmpty()) {
            messages.add(new ModelMessage.FromAssistant(reply.text(), calls));
          }
          if (calls.isEmpty() && !unused.isEmpty()) {
            List<String> missing = required.stream().filter(unused::contains).toList();
            messages.add(new ModelMessage.FromUser(Instructions.useTools(missing)));
          }
        }
        case Turn.ToolTurn(ToolResult result, Phase _, String _) -> {
          unused.remove(result.toolName());
          messages.add(
              new ModelMessage.FromTool(
                  result.callId(), result.toolName(), Excerpt.of(shown(result), charsMax)));
        }
      }
    }
  }

  /// The model's answer without the thoughts some models put in front of it.
  static String said(Turn.ModelTurn reply) {
    String text = reply.text().strip();
    int end = text.startsWith(THOUGHT_BEGINS) ? text.indexOf(THOUGHT_ENDS) : -1;
    return end < 0 ? text : text.substring(end + THOUGHT_ENDS.length()).strip();
  }

  private static List<ToolCall> calls(Turn.ModelTurn reply) {
    List<ToolCall> calls = reply.toolCalls();
    return calls.size() <= CALLS_MAX ? calls : calls.subList(0, CALLS_MAX);
  }

  private static String shown(ToolResult result) {
    if (!result.succeeded()) {
      return "Error " + result.errorCode() + ": " + result.error();
    }
    return result.output() == null ? "null" : result.output().toString();
  }
}
