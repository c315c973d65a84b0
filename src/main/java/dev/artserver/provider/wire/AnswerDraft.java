package dev.artserver.provider.openai;

import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An answer as it grows. What came since the last `flush` is handed on in one piece, so that
/// tokens that arrive together cost their readers one call.
final class AnswerDraft {
  private static final int TOOL_CALLS_MAX = 128;

  private final String callId;
  private final int charsMax;
  private final Pieces pieces;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thinking = new StringBuilder();
  private final List<Call> calls = new ArrayList<>();
  private int textFlushed;
  private int thinkingFlushed;
  private int argumentChars;
  private long additions;
  private Usage usage = Usage.NONE;
  private @Nullable String stopReason;

  /// Hears what was added, never empty.
  interface Pieces {
    void onText(String text);

    void onThinking(String text);
  }

  /// A tool call in the making.
  private static final class Call {
    final int index;
    String id = "";
    String name = "";
    final StringBuilder arguments = new StringBuilder();

    Call(int index) {
      this.index = index;
    }
  }

  /// @param callId stands in for ids of tool calls that have none
  AnswerDraft(String callId, int charsMax, Pieces pieces) {
    this.callId = callId;
    this.charsMax = charsMax;
    this.pieces = pieces;
  }

  void text(char[] chars, int from, int count) {
    if (count > 0) {
      flushThinking();
      text.append(chars, from, count);
      additions++;
    }
  }

  void thinking(char[] chars, int from, int count) {
    if (count > 0) {
      flushText();
      thinking.append(chars, from, count);
      additions++;
    }
  }

  /// A piece of a tool call. Pieces belong together by index; some services number all calls 0 and
  /// tell them apart by id, so a new id begins a new call.
  void toolCall(int index, @Nullable String id, @Nullable String name, @Nullable String arguments) {
    additions++;
    Call call = callAt(index, id);
    if (id != null && !id.isEmpty()) {
      call.id = id;
    }
    if (name != null && call.name.isEmpty()) {
      call.name = name;
    }
    if (arguments != null) {
      call.arguments.append(arguments);
      argumentChars += arguments.length();
    }
  }

  private Call callAt(int index, @Nullable String id) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      if (call.index == index) {
        boolean another = id != null && !id.isEmpty() && !call.id.isEmpty() && !call.id.equals(id);
        if (!another) {
          return call;
        }
        break;
      }
    }
    Call added = new Call(index);
    calls.add(added);
    return added;
  }

  void usage(Usage reported) {
    usage = reported;
  }

  void stopped(String reason) {
    stopReason = reason.toLowerCase(Locale.ROOT);
  }

  /// Whether the service said why it stopped: all of the answer is here.
  boolean complete() {
    return stopReason != null;
  }

  /// How often something was added to the answer; 0: nothing of it has come.
  long additions() {
    return additions;
  }

  boolean tooLarge() {
    return text.length() + thinking.length() + argumentChars > charsMax
        || calls.size() > TOOL_CALLS_MAX;
  }

  void flush() {
    flushThinking();
    flushText();
  }

  private void flushText() {
    if (textFlushed < text.length()) {
      String piece = text.substring(textFlushed);
      textFlushed = text.length();
      pieces.onText(piece);
    }
  }

  private void flushThinking() {
    if (thinkingFlushed < thinking.length()) {
      String piece = thinking.substring(thinkingFlushed);
      thinkingFlushed = thinking.length();
      pieces.onThinking(piece);
    }
  }

  ModelReply reply() {
    List<ToolCall> toolCalls = new ArrayList<>(calls.size());
    for (Call call : calls) {
      String id = call.id.isEmpty() ? callId + "-" + toolCalls.size() : call.id;
      toolCalls.add(new ToolCall(id, call.name, call.arguments.toString()));
    }
    return new ModelReply(
        text.toString(),
        thinking.toString(),
        toolCalls,
        usage,
        stopReason == null ? "stop" : stopReason);
  }
}
