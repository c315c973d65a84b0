package dev.artserver.thread;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.RunId;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.stream.Feed;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The listener of one model call: its text goes to the feed as it comes, its end becomes a turn.
final class ModelCallWork implements ModelListener {
  /// Characters after which the thread is weighed again.
  private static final int TEXT_WEIGHED = 16_384;

  private final AgentThread thread;
  private final InstantSource clock;
  private final RunRules rules;
  private final Feed feed;
  private final RunId run;
  private final String callId;
  private final BooleanSupplier yieldWanted;
  private final long startedMs;
  private long firstTokenMs = -1;
  private @Nullable ModelCall call;
  private boolean over;
  private int unweighed;

  ModelCallWork(
      AgentThread thread,
      InstantSource clock,
      RunRules rules,
      Feed feed,
      RunId run,
      String callId,
      BooleanSupplier yieldWanted) {
    this.thread = thread;
    this.clock = clock;
    this.rules = rules;
    this.feed = feed;
    this.run = run;
    this.callId = callId;
    this.yieldWanted = yieldWanted;
    startedMs = clock.millis();
  }

  void started(ModelCall underWay) {
    call = underWay;
  }

  /// Cancels the call; harmless when it has ended.
  void drop() {
    over = true;
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void onText(String text) {
    token(false, text);
  }

  @Override
  public void onThinking(String text) {
    token(true, text);
  }

  @Override
  public void onDone(ModelReply reply) {
    if (over) {
      return;
    }
    over = true;
    long durationMs = elapsedMs();
    long first = firstTokenMs < 0 ? durationMs : firstTokenMs;
    thread.decideWithRetry(
        run,
        draft -> {
          rules.modelEnded(
              draft, run, callId, reply, durationMs, first, yieldWanted.getAsBoolean());
          return null;
        });
  }

  @Override
  public void onFailed(Failure failure) {
    if (over) {
      return;
    }
    over = true;
    thread.decideWithRetry(
        run,
        draft -> {
          rules.failed(draft, run, callId, failure);
          return null;
        });
  }

  private void token(boolean thinking, String text) {
    if (over) {
      return;
    }
    if (firstTokenMs < 0) {
      firstTokenMs = elapsedMs();
    }
    feed.tokens(callId, thinking, text);
    unweighed += text.length();
    if (unweighed > TEXT_WEIGHED) {
      unweighed = 0;
      thread.onTextGrown();
    }
  }

  private long elapsedMs() {
    return clock.millis() - startedMs;
  }
}
