package dev.artserver.thread;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.RunId;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.ModelCall;
import dev.artserver.stream.Feed;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The listener of one model call: its text goes to the feed as it comes, its end becomes a turn.
/// An answer that is asked for again has a new call id from the turn on that logs it; what comes
/// before that turn waits.
final class ModelCallWork implements CallListener {
  /// Characters after which the thread is weighed again.
  private static final int TEXT_WEIGHED = 16_384;

  private final AgentThread thread;
  private final InstantSource clock;
  private final RunRules rules;
  private final Feed feed;
  private final RunId run;
  private final BooleanSupplier yieldWanted;
  private final BiConsumer<String, ModelCallWork> renaming;
  private final List<Piece> waiting = new ArrayList<>(0);
  private String callId;
  private @Nullable String nextId;
  private @Nullable Runnable waitingEnd;
  private long startedMs;
  private long firstTokenMs = -1;
  private @Nullable ModelCall call;
  private boolean over;
  private int unweighed;

  private record Piece(boolean thinking, String text) {}

  /// @param renaming told of the id the call is to have, before the turn that logs it
  ModelCallWork(
      AgentThread thread,
      InstantSource clock,
      RunRules rules,
      Feed feed,
      RunId run,
      String callId,
      BooleanSupplier yieldWanted,
      BiConsumer<String, ModelCallWork> renaming) {
    this.thread = thread;
    this.clock = clock;
    this.rules = rules;
    this.feed = feed;
    this.run = run;
    this.callId = callId;
    this.yieldWanted = yieldWanted;
    this.renaming = renaming;
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
  public void onAgain(Failure failure) {
    if (over) {
      return;
    }
    startedMs = clock.millis();
    firstTokenMs = -1;
    waiting.clear();
    if (nextId != null) {
      return;
    }
    String next = rules.nextCallId();
    nextId = next;
    renaming.accept(next, this);
    String before = callId;
    thread.decideWithRetry(
        run,
        draft -> {
          rules.askedAgain(draft, run, before, next);
          return null;
        });
  }

  /// The new id of the call is logged.
  void renamed(String id) {
    callId = id;
    nextId = null;
    List<Piece> pieces = List.copyOf(waiting);
    waiting.clear();
    pieces.forEach(piece -> show(piece.thinking(), piece.text()));
    if (waitingEnd != null && !over) {
      over = true;
      waitingEnd.run();
    }
  }

  @Override
  public void onDone(ModelReply reply) {
    long durationMs = elapsedMs();
    long first = firstTokenMs < 0 ? durationMs : firstTokenMs;
    end(() ->
        thread.decideWithRetry(
            run,
            draft -> {
              rules.modelEnded(
                  draft, run, callId, reply, durationMs, first, yieldWanted.getAsBoolean());
              return null;
            }));
  }

  @Override
  public void onFailed(Failure failure) {
    end(() ->
        thread.decideWithRetry(
            run,
            draft -> {
              rules.failed(draft, run, callId, failure);
              return null;
            }));
  }

  private void end(Runnable turn) {
    if (over) {
      return;
    }
    if (nextId == null) {
      over = true;
      turn.run();
    } else {
      waitingEnd = turn;
    }
  }

  private void token(boolean thinking, String text) {
    if (over) {
      return;
    }
    if (firstTokenMs < 0) {
      firstTokenMs = elapsedMs();
    }
    if (nextId == null) {
      show(thinking, text);
    } else {
      waiting.add(new Piece(thinking, text));
    }
  }

  private void show(boolean thinking, String text) {
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
