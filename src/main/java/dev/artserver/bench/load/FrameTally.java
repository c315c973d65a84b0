package dev.artserver.bench.load;

import dev.artserver.bench.peer.Script;
import java.nio.charset.StandardCharsets;

/// Counts what WebSocket messages of one run say; each is handed in whole.
final class FrameTally extends StreamTally {
  private static final String TOKEN = "{\"type\":\"token\"";
  private static final String MESSAGE = "\"event\":\"message\"";
  private static final String COMPLETED = "\"event\":\"run.completed\"";

  private boolean completed;

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
      completed |= text.contains(COMPLETED);
    }
  }

  @Override
  public boolean completed() {
    return completed;
  }

  @Override
  public String toString() {
    return tokens() + " tokens, " + answerTokens() + " in the answer, completed " + completed;
  }
}
