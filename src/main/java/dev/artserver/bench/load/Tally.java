package dev.artserver.bench.load;

/// What was heard of one run, from the bytes of its answer. One for each answer.
interface Tally {
  /// The bytes are valid only during the call.
  void onBody(byte[] bytes, int from, int to);

  /// Whether the server said that the run is completed.
  boolean completed();

  /// Tokens heard, however they were joined.
  int tokens();

  /// When the first of them was heard, by `System.nanoTime`; 0: none was.
  long firstTokenAt();
}
