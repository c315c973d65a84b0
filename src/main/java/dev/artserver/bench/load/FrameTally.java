package dev.artserver.bench.load;

import dev.artserver.bench.peer.Script;
import java.nio.charset.StandardCharsets;

/// Counts what WebSocket messages of one run say; each is handed in whole.
final class FrameTally extends StreamTally {
  private static final String TOKEN = "{\"type\":\"token\"";
  private static final String MESSAGE = "\"event\":\"message\"";

  /// Characters of a failure that are kept to be shown.
  private static final int FAILURE_MAX = 200;

  private RunEnd end = RunEnd.NONE;
  private String failure = "";

  @Override
  public void onBody(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    int marks = (int) text.chars().filter(c -> c == Script.MARK).count();
    if (marks > 0) {
      onWord();
    }
    if (text.startsWith(TOKEN)) {
      onTokens(marks);
    } else if (text.contains(MESSAGE)) {
      onAnswer(marks);
    } else {
      onEnd(RunEnd.of(text), text);
    }
  }

  private void onEnd(RunEnd said, String text) {
    switch (said) {
      case COMPLETED -> end = said;
      case FAILED, CANCELLED, INTERRUPTED -> {
        end = said;
        failure = ", " + text.substring(0, Math.min(FAILURE_MAX, text.length()));
      }
      case NONE -> {
        // It goes on.
      }
    }
  }

  @Override
  public boolean completed() {
    return end == RunEnd.COMPLETED;
  }

  @Override
  public boolean ended() {
    return end != RunEnd.NONE;
  }

  @Override
  public String toString() {
    return tokens() + " tokens, " + answerTokens() + " in the answer, end " + end + failure;
  }
}
