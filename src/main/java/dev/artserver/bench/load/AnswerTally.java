package dev.artserver.bench.load;

import dev.artserver.bench.peer.Script;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Counts what the JSON answer of a run that was waited for says.
final class AnswerTally implements Tally {
  private static final String COMPLETED = "\"status\":\"completed\"";

  private final ByteArrayOutputStream body = new ByteArrayOutputStream(1_024);
  private long firstTokenAt;
  private boolean toldWhen;

  @Override
  public void onRetryAfter() {
    toldWhen = true;
  }

  /// Whether the answer said when to come again.
  boolean toldWhen() {
    return toldWhen;
  }

  @Override
  public void onBody(byte[] bytes, int from, int to) {
    firstTokenAt = firstTokenAt == 0 ? System.nanoTime() : firstTokenAt;
    body.write(bytes, from, to - from);
  }

  @Override
  public boolean completed() {
    return text().contains(COMPLETED);
  }

  @Override
  public int tokens() {
    return 0;
  }

  @Override
  public int answerTokens() {
    return (int) text().chars().filter(c -> c == Script.MARK).count();
  }

  @Override
  public long firstTokenAt() {
    return firstTokenAt;
  }

  @Override
  public String toString() {
    String text = text();
    return text.substring(0, Math.min(300, text.length()));
  }

  private String text() {
    return body.toString(StandardCharsets.UTF_8);
  }
}
