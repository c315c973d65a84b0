package dev.artserver.provider.demo;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Usage;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Streams one answer in tokens of about a word, or sends nothing. Confined to the caller's
/// context, except for `fail`.
final class DemoCall implements ModelCall {
  /// Tokens of one turn of the loop when there is no pause between them.
  private static final int BATCH = 64;

  private static final long NO_TIMER = -1;
  private static final Pattern TOKEN = Pattern.compile("\\s*\\S{1,16}");

  private final Vertx vertx;
  private final Context context;
  private final ModelListener listener;
  private final Consumer<DemoCall> onEnd;
  private final long delayMs;
  private final DemoAnswer.Says answer;
  private final List<String> thinking;
  private final List<String> text;
  private final Usage usage;
  private int next;
  private long timer = NO_TIMER;
  private boolean ended;

  /// @param onEnd is told once that the call is over, before the listener is
  DemoCall(
      Vertx vertx,
      ModelListener listener,
      Consumer<DemoCall> onEnd,
      long delayMs,
      ModelRequest request,
      DemoAnswer.Says answer) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.listener = listener;
    this.onEnd = onEnd;
    this.delayMs = delayMs;
    this.answer = answer;
    this.thinking = tokens(answer.thinking());
    this.text = tokens(answer.text());
    int called =
        answer.toolCalls().stream().mapToInt(call -> tokens(call.arguments()).size()).sum();
    this.usage =
        new Usage(
            tokensIn(request), text.size() + (long) thinking.size() + called, thinking.size());
  }

  /// Starts to speak; a call that is not begun is silent.
  void begin() {
    if (delayMs == 0) {
      context.runOnContext(later -> speakOn());
    } else {
      timer = vertx.setPeriodic(delayMs, tick -> speak(1));
    }
  }

  @Override
  public void cancel() {
    end();
  }

  /// Ends it with a failure, after the current task of its context.
  void fail(Failure failure) {
    context.runOnContext(later -> {
      if (!ended) {
        end();
        listener.onFailed(failure);
      }
    });
  }

  private void speakOn() {
    speak(BATCH);
    if (!ended) {
      context.runOnContext(later -> speakOn());
    }
  }

  /// Says up to `count` tokens in one piece, and after the last one that all is said.
  private void speak(int count) {
    if (ended) {
      return;
    }
    boolean thinks = next < thinking.size();
    List<String> from = thinks ? thinking : text;
    int start = thinks ? next : next - thinking.size();
    int end = Math.min(start + count, from.size());
    next += end - start;
    String piece = String.join("", from.subList(start, end));
    if (thinks) {
      listener.onThinking(piece);
    } else if (!piece.isEmpty()) {
      listener.onText(piece);
    }
    if (next == thinking.size() + text.size() && !ended) {
      end();
      listener.onDone(reply());
    }
  }

  private ModelReply reply() {
    String stopReason = answer.toolCalls().isEmpty() ? "stop" : "tool_calls";
    return new ModelReply(answer.text(), answer.thinking(), answer.toolCalls(), usage, stopReason);
  }

  private void end() {
    if (!ended) {
      ended = true;
      vertx.cancelTimer(timer);
      onEnd.accept(this);
    }
  }

  private static List<String> tokens(String text) {
    return TOKEN.matcher(text).results().map(MatchResult::group).toList();
  }

  /// Words, counted as gaps, of all the conversation.
  private static long tokensIn(ModelRequest request) {
    return request.messages().stream().mapToLong(message -> words(message.toString())).sum();
  }

  private static long words(String text) {
    return 1 + text.chars().filter(c -> c == ' ' || c == '\n').count();
  }
}
