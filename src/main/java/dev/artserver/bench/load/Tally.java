package dev.artserver.bench.load;

/// What was heard of one run, from the bytes of its answer. One for each answer.
public interface Tally {
  /// The answer's head says when to come again.
  default void onRetryAfter() {}

  /// The bytes are valid only during the call.
  void onBody(byte[] bytes, int from, int to);

  /// Whether the server said that the run is completed.
  boolean completed();

  /// Whether the server said that the run is over, however it went.
  default boolean ended() {
    return completed();
  }

  /// Tokens heard as such, however they were joined.
  int tokens();

  /// Tokens of the answer's whole text, where the server gives that too; else 0.
  int answerTokens();

  /// When the first word of an answer was heard, by `System.nanoTime`; 0: none was.
  long firstTokenAt();
}
