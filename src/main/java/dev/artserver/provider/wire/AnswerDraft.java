package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.model.WholeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An answer as it grows. What came since the last `flush` is handed on in one piece, so that
/// tokens that arrive together cost their readers one call.
public final class AnswerDraft {
  /// The index of a tool call whose service gives none.
  public static final int NO_INDEX = -1;

  private static final int TOOL_CALLS_MAX = 128;

  private final String callId;
  private final int charsMax;
  private final Pieces pieces;
  private final StringBuilder text = new StringBuilder();
  // Most answers have neither, and thousands are under way.
  private @Nullable StringBuilder thinking;
  private List<Call> calls = List.of();
  private @Nullable Call lastCall;
  private int textFlushed;
  private int thinkingFlushed;
  private long otherChars;
  private long additions;
  private Usage usage = Usage.NONE;
  private @Nullable String stopReason;
  private boolean ended;
  private boolean refuses;
  private @Nullable Fault fault;

  /// Hears what was added, never empty.
  public interface Pieces {
    void onText(String text);

    void onThinking(String text);
  }

  /// A tool call in the making.
  private static final class Call {
    final int index;
    String id = "";
    String name = "";
    final StringBuilder arguments = new StringBuilder();
    @Nullable JsonNode providerData;

    Call(int index) {
      this.index = index;
    }
  }

  /// @param callId stands in for ids of tool calls that have none
  /// @param charsMax largest answer, all its parts together
  public AnswerDraft(String callId, int charsMax, Pieces pieces) {
    this.callId = callId;
    this.charsMax = charsMax;
    this.pieces = pieces;
  }

  public void text(char[] chars, int from, int count) {
    if (count > 0) {
      flushThinking(wholeEnd(thinking));
      text.append(chars, from, count);
      additions++;
    }
  }

  public void text(String more) {
    if (!more.isEmpty()) {
      flushThinking(wholeEnd(thinking));
      text.append(more);
      additions++;
    }
  }

  public void thinking(char[] chars, int from, int count) {
    if (count > 0) {
      flushText(wholeEnd(text));
      thoughts().append(chars, from, count);
      additions++;
    }
  }

  public void thinking(String more) {
    if (!more.isEmpty()) {
      flushText(wholeEnd(text));
      thoughts().append(more);
      additions++;
    }
  }

  /// All it thought so far.
  public String thinking() {
    return thinking == null ? "" : thinking.toString();
  }

  private StringBuilder thoughts() {
    if (thinking == null) {
      thinking = new StringBuilder();
    }
    return thinking;
  }

  /// Words by which the model refuses; they are the answer.
  public void refusal(String words) {
    if (!words.isEmpty()) {
      refuses = true;
      text(words);
    }
  }

  /// A piece of a tool call. Pieces belong together by index, or without one by id, or else to the
  /// call last begun. Some services number all calls 0 and tell them apart by id, so a new id with
  /// a name begins a new call.
  ///
  /// @param index `NO_INDEX`: the service gives none
  public void toolCall(
      int index, @Nullable String id, @Nullable String name, @Nullable String arguments) {
    additions++;
    Call call = index < 0 ? callOf(given(id), given(name)) : callAt(index, given(id), given(name));
    lastCall = call;
    if (id != null && !id.isEmpty()) {
      call.id = id;
    }
    if (name != null && call.name.isEmpty()) {
      call.name = name;
    }
    if (arguments != null) {
      call.arguments.append(arguments);
      otherChars += arguments.length();
    }
  }

  private static @Nullable String given(@Nullable String word) {
    return word == null || word.isEmpty() ? null : word;
  }

  private Call callAt(int index, @Nullable String id, @Nullable String name) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      if (call.index == index) {
        boolean another = id != null && name != null && !call.id.isEmpty() && !call.id.equals(id);
        if (!another) {
          return call;
        }
        break;
      }
    }
    return begin(index);
  }

  private Call callOf(@Nullable String id, @Nullable String name) {
    for (int i = calls.size() - 1; id != null && i >= 0; i--) {
      if (calls.get(i).id.equals(id)) {
        return calls.get(i);
      }
    }
    Call last = calls.isEmpty() ? null : calls.getLast();
    boolean another = id != null ? !isNameless(last, id) : name != null && !isNameless(last, null);
    return last == null || another ? begin(calls.size()) : last;
  }

  /// Whether a call began with its arguments, and this may be its head.
  private static boolean isNameless(@Nullable Call last, @Nullable String id) {
    return last != null && last.name.isEmpty() && (id == null || last.id.isEmpty());
  }

  private Call begin(int index) {
    Call added = new Call(index);
    if (calls.isEmpty()) {
      calls = new ArrayList<>(1);
    }
    calls.add(added);
    return added;
  }

  /// What the service wants to see again with the tool call the last piece belonged to.
  public void providerData(ObjectNode data) {
    if (lastCall != null) {
      lastCall.providerData = merged(lastCall.providerData, data);
    }
  }

  private static JsonNode merged(@Nullable JsonNode one, @Nullable JsonNode other) {
    if (one instanceof ObjectNode first && other instanceof ObjectNode second) {
      ObjectNode both = first.deepCopy();
      second
          .properties()
          .forEach(member ->
              both.set(member.getKey(), merged(first.get(member.getKey()), member.getValue())));
      return both;
    }
    return other == null ? Objects.requireNonNull(one) : other;
  }

  /// Counts what a reader keeps of the answer beside its text, thoughts and tool calls: it too is
  /// bounded, and is a sign of life.
  public void kept(int chars) {
    if (chars > 0) {
      additions++;
      otherChars += chars;
    }
  }

  public void usage(Usage reported) {
    usage = reported;
  }

  /// The service said why it stopped, in the words of `ModelReply`.
  public void stopped(String reason) {
    stopReason = reason;
  }

  /// Why it stopped; null: the service did not say so far.
  public @Nullable String stopReason() {
    return stopReason;
  }

  /// Whether it has neither text nor tool calls so far.
  public boolean isEmpty() {
    return text.isEmpty() && calls.isEmpty();
  }

  /// The service said that nothing follows.
  public void end() {
    ended = true;
  }

  /// The service broke the answer off with an error.
  ///
  /// @param error its status, code and words, which are empty when it gave none
  public void brokeOff(Fault error) {
    String why = error.message().isBlank() ? "it gave no reason" : error.message();
    fault(new Fault(error.status(), error.code(), "it broke off with an error: " + why));
  }

  /// The same without a code.
  ///
  /// @param status the HTTP status the error stands for; 0: none
  public void brokeOff(int status, String message) {
    brokeOff(new Fault(status, message));
  }

  /// The stream makes no sense.
  public void faulty(String what) {
    fault(new Fault(0, what));
  }

  /// The service answers no such request.
  ///
  /// @param what the service refused and why
  public void refused(String what) {
    fault(new Fault(400, what));
  }

  private void fault(Fault found) {
    if (fault == null) {
      fault = found;
    }
  }

  @Nullable Fault fault() {
    return fault;
  }

  boolean ended() {
    return ended;
  }

  /// Whether all of the answer is here: the service said why it stopped, or at least that nothing
  /// follows after it said something. Some services end a failed answer in due form.
  boolean whole() {
    return stopReason != null || (ended && !isEmpty());
  }

  /// How often something was added to the answer; 0: nothing of it has come.
  long additions() {
    return additions;
  }

  boolean tooLarge() {
    long thoughtChars = thinking == null ? 0 : thinking.length();
    return text.length() + thoughtChars + otherChars > charsMax || calls.size() > TOOL_CALLS_MAX;
  }

  /// Half a character at the end waits for its other half.
  void flush() {
    flushThinking(wholeEnd(thinking));
    flushText(wholeEnd(text));
  }

  /// Nothing follows any more.
  void flushAll() {
    flushThinking(thinking == null ? 0 : thinking.length());
    flushText(text.length());
  }

  private static int wholeEnd(@Nullable StringBuilder growing) {
    if (growing == null || growing.isEmpty()) {
      return 0;
    }
    int length = growing.length();
    return Character.isHighSurrogate(growing.charAt(length - 1)) ? length - 1 : length;
  }

  private void flushText(int end) {
    if (textFlushed < end) {
      String piece = text.substring(textFlushed, end);
      textFlushed = end;
      pieces.onText(WholeText.of(piece));
    }
  }

  private void flushThinking(int end) {
    if (thinking != null && thinkingFlushed < end) {
      String piece = thinking.substring(thinkingFlushed, end);
      thinkingFlushed = end;
      pieces.onThinking(WholeText.of(piece));
    }
  }

  /// The answer so far. Half a surrogate pair becomes U+FFFD: an answer may be cut inside a
  /// character, and what cannot be encoded cannot be logged.
  ///
  /// @param providerData goes with the first tool call unless that has its own
  ModelReply reply(@Nullable JsonNode providerData) {
    List<ToolCall> toolCalls = new ArrayList<>(calls.size());
    for (Call call : calls) {
      String id = call.id.isEmpty() ? callId + "-" + toolCalls.size() : WholeText.of(call.id);
      String arguments = call.arguments.isEmpty() ? "{}" : WholeText.of(call.arguments.toString());
      JsonNode data =
          toolCalls.isEmpty() && providerData != null
              ? merged(call.providerData, providerData)
              : call.providerData;
      toolCalls.add(new ToolCall(id, WholeText.of(call.name), arguments, data));
    }
    return new ModelReply(
        WholeText.of(text.toString()), WholeText.of(thinking()), toolCalls, usage, reason());
  }

  /// Some services say `stop` also of an answer that calls tools.
  private String reason() {
    String said = stopReason == null ? "stop" : stopReason;
    if (said.equals("stop") && refuses) {
      return "content_filter";
    }
    return said.equals("stop") && !calls.isEmpty() ? "tool_calls" : said;
  }
}
