package dev.artserver.stream;

import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.stream.FeedPart.TokenItem;
import org.jspecify.annotations.Nullable;

/// All text a model call has given so far, kept once for all readers, also for late ones. Each
/// reader only remembers how much of it it has.
final class CallText {
  private static final long OPEN = Long.MAX_VALUE;

  private final RunId run;
  private final String callId;
  private final Phase phase;
  private final @Nullable String stepId;
  private long before = OPEN;
  private @Nullable StringBuilder thinking;
  private @Nullable StringBuilder response;
  private @Nullable TokenItem lastMade;

  CallText(RunId run, String callId, Phase phase, @Nullable String stepId) {
    this.run = run;
    this.callId = callId;
    this.phase = phase;
    this.stepId = stepId;
  }

  RunId run() {
    return run;
  }

  String callId() {
    return callId;
  }

  boolean open() {
    return before == OPEN;
  }

  /// The seq of the fact behind its text; greater than any seq while the call is open.
  long before() {
    return before;
  }

  void endBefore(long seq) {
    before = seq;
  }

  void append(boolean toThinking, String text) {
    StringBuilder kind = toThinking ? thinking : response;
    if (kind == null) {
      kind = new StringBuilder(Math.max(64, text.length()));
      if (toThinking) {
        thinking = kind;
      } else {
        response = kind;
      }
    }
    kind.append(text);
  }

  int length(boolean ofThinking) {
    StringBuilder kind = ofThinking ? thinking : response;
    if (kind == null) {
      return 0;
    }
    int length = kind.length();
    // A character whose second half is still to come is not given yet.
    boolean cut = open() && length > 0 && Character.isHighSurrogate(kind.charAt(length - 1));
    return cut ? length - 1 : length;
  }

  /// Characters of both kinds.
  long size() {
    return (long) length(true) + length(false);
  }

  /// The text behind the first `from` characters; there must be some. Readers at the same place get
  /// the same item.
  TokenItem rest(boolean ofThinking, int from) {
    TokenItem made = lastMade;
    if (made != null
        && made.thinking() == ofThinking
        && made.offset() == from
        && from + made.text().length() == length(ofThinking)) {
      return made;
    }
    StringBuilder kind = ofThinking ? thinking : response;
    String text = kind == null ? "" : kind.substring(from, length(ofThinking));
    TokenItem fresh = new TokenItem(run, callId, phase, stepId, ofThinking, from, text);
    lastMade = fresh;
    return fresh;
  }

  /// Drops the item kept for the next reader.
  void forgetLastMade() {
    lastMade = null;
  }
}
