package dev.artserver.provider;

/// Hears how long the calls of one provider take, each try for itself, from having its permit on.
/// From any thread; must not block.
public interface CallTimes {
  /// Nobody wants to know.
  CallTimes UNHEARD =
      new CallTimes() {
        @Override
        public void firstToken(long nanos) {}

        @Override
        public void ended(End how, long nanos) {}
      };

  /// How a call ended: `FAILED` whoever's fault it was, `CANCELLED` when its run wanted it no more.
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
