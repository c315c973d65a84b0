package dev.artserver.thread;

import dev.artserver.stream.FeedPart.TokenItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much text of each call a reader has, so that a reader that joins again does not get it
/// twice. Text is compared only by its offset: a retried call begins at 0 again, and its text is
/// new.
final class DeliveredTexts {
  /// Few calls of one thread give text at once.
  private static final int CALLS_MAX = 16;

  private static final class Heard {
    private final String callId;
    private final boolean thinking;
    private long end;
    private int join;

    Heard(String callId, boolean thinking, int join) {
      this.callId = callId;
      this.thinking = thinking;
      this.join = join;
    }
  }

  private final List<Heard> texts = new ArrayList<>(0);
  private int join;

  /// From now on text comes from another feed.
  void rejoined() {
    join++;
  }

  /// The new part of a token; null: nothing is new.
  @Nullable TokenItem unheard(TokenItem token) {
    Heard heard = find(token);
    long end = token.offset() + token.text().length();
    boolean first = heard.join != join;
    long known = heard.end;
    heard.join = join;
    heard.end = end;
    // Shorter than what the reader has: the call was retried.
    if (!first || token.offset() >= known || end < known) {
      return token;
    }
    return end == known
        ? null
        : new TokenItem(
            token.run(),
            token.callId(),
            token.phase(),
            token.stepId(),
            token.thinking(),
            known,
            token.text().substring((int) (known - token.offset())));
  }

  private Heard find(TokenItem token) {
    for (int i = texts.size() - 1; i >= 0; i--) {
      Heard heard = texts.get(i);
      if (heard.thinking == token.thinking() && heard.callId.equals(token.callId())) {
        return heard;
      }
    }
    if (texts.size() == CALLS_MAX) {
      texts.removeFirst();
    }
    Heard fresh = new Heard(token.callId(), token.thinking(), join);
    texts.add(fresh);
    return fresh;
  }
}
