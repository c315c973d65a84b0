package dev.artserver.provider;

/// Is told how long the calls of a provider take: each attempt by itself, from its permit on. From
/// any thread; must not block.
public interface CallTimes {
  /// Records nothing.
  CallTimes UNHEARD =
      new CallTimes() {
        @Override
        public void firstToken(long nanos) {}

        @Override
        public void ended(End how, long nanos) {}
      };

  /// How a call ended: `FAILED` for whatever reason, `CANCELLED` when its run cancelled it.
  enum End {
    COMPLETED,
    FAILED,
    CANCELLED
  }

  /// The first text, or thought, of an answer came after `nanos`.
  void firstToken(long nanos);

  /// Once for each call that had a permit.
  void ended(End how, long nanos);
}
