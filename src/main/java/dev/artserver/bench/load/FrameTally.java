package dev.artserver.bench.load;

import dev.artserver.bench.peer.Script;
import java.nio.charset.StandardCharsets;

/// Counts what WebSocket messages of one run say; each is handed in whole.
final class FrameTally implements Tally {
  private static final String TOKEN = "{\"type\":\"token\"";
  private static final String MESSAGE = "\"event\":\"message\"";
  private static final String COMPLETED = "\"event\":\"run.completed\"";

  private int tokens;
  private int answerTokens;
  private boolean completed;
  private long firstTokenAt;

  @Override
  public void onBody(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    int marks = (int) text.chars().filter(c -> c == Script.MARK).count();
    if (firstTokenAt == 0 && marks > 0) {
      firstTokenAt = System.nanoTime();
    }
    if (text.startsWith(TOKEN)) {
      tokens += marks;
    } else if (text.contains(MESSAGE)) {
      answerTokens += marks;
    } else {
      completed |= text.contains(COMPLETED);
    }
  }

  @Override
  public boolean completed() {
    return completed;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public int answerTokens() {
    return answerTokens;
  }

  @Override
  public long firstTokenAt() {
    return firstTokenAt;
  }

  @Override
  public String toString() {
    return tokens + " tokens, " + answerTokens + " in the answer, completed " + completed;
  }
}
