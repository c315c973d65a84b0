package dev.artserver.bench.load;

/// Counts an answer that is heard while it is made, and then once more as a whole.
abstract class StreamTally implements Tally {
  private int tokens;
  private int answerTokens;
  private long firstTokenAt;

  /// A word is heard now; only the first matters.
  final void onWord() {
    if (firstTokenAt == 0) {
      firstTokenAt = System.nanoTime();
    }
  }

  final void onTokens(int more) {
    tokens += more;
  }

  final void onAnswer(int more) {
    answerTokens += more;
  }

  @Override
  public final int tokens() {
    return tokens;
  }

  @Override
  public final int answerTokens() {
    return answerTokens;
  }

  @Override
  public final long firstTokenAt() {
    return firstTokenAt;
  }
}
