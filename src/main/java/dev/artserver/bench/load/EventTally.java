package dev.artserver.bench.load;

import dev.artserver.bench.peer.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Counts what a stream of server-sent events says, without making strings of it: tokens in events
/// `token` (and in events without a name, as providers send them), answers in events `message`, and
/// ends of runs.
final class EventTally extends StreamTally {
  private static final byte[] TOKEN = bytes("event: token");
  private static final byte[] MESSAGE = bytes("event: message");
  private static final byte[] COMPLETED = bytes("event: run.completed");
  private static final byte[] FAILED = bytes("event: run.failed");
  private static final byte[] NAMED = bytes("event: ");
  private static final byte[] DONE = bytes("data: [DONE]");

  /// Characters of a failure that are kept to be shown.
  private static final int FAILURE_MAX = 200;

  private final Runnable onCompleted;
  private final byte[] beginning = new byte[32];
  private final StringBuilder failure = new StringBuilder(0);
  private int column;
  private int marks;
  private Kind kind = Kind.UNNAMED;
  private int completions;

  private enum Kind {
    UNNAMED,
    TOKEN,
    MESSAGE,
    COMPLETED,
    FAILED,
    OTHER
  }

  EventTally() {
    this(() -> {});
  }

  /// @param onCompleted called at each event that completes a run
  EventTally(Runnable onCompleted) {
    this.onCompleted = onCompleted;
  }

  @Override
  public void onBody(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte next = bytes[i];
      if (next == '\n') {
        endLine();
      } else {
        if (column < beginning.length) {
          beginning[column] = next;
        }
        column++;
        if (kind == Kind.FAILED && failure.length() < FAILURE_MAX) {
          failure.append((char) (next & 0xff));
        }
        if (next == Script.MARK) {
          marks++;
        }
      }
    }
  }

  private void endLine() {
    if (column == 0) {
      endEvent();
    } else if (starts(DONE)) {
      kind = Kind.COMPLETED;
    } else if (starts(NAMED)) {
      kind = named();
    }
    column = 0;
  }

  private Kind named() {
    if (is(TOKEN)) {
      return Kind.TOKEN;
    }
    if (is(MESSAGE)) {
      return Kind.MESSAGE;
    }
    if (is(FAILED)) {
      return Kind.FAILED;
    }
    return is(COMPLETED) ? Kind.COMPLETED : Kind.OTHER;
  }

  private void endEvent() {
    if (kind == Kind.TOKEN || marks > 0) {
      onWord();
    }
    switch (kind) {
      case TOKEN, UNNAMED -> onTokens(marks);
      case MESSAGE -> onAnswer(marks);
      case COMPLETED -> {
        completions++;
        onCompleted.run();
      }
      case FAILED, OTHER -> {}
    }
    marks = 0;
    kind = Kind.UNNAMED;
  }

  private boolean starts(byte[] prefix) {
    return column >= prefix.length
        && Arrays.equals(beginning, 0, prefix.length, prefix, 0, prefix.length);
  }

  private boolean is(byte[] line) {
    return column == line.length && starts(line);
  }

  @Override
  public boolean completed() {
    return completions > 0;
  }

  @Override
  public String toString() {
    return tokens()
        + " tokens, "
        + answerTokens()
        + " in the answer, "
        + completions
        + " completed"
        + (failure.isEmpty() ? "" : ", failed: " + failure);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
