package dev.artserver.stream;

/// A slow clock for the text of calls: each reader gets text at most once per beat, and all text of
/// one beat in one part. Confined to the context of the feed's owner, on which it runs tasks.
public interface FlushClock {
  /// Not the number of any beat.
  long NEVER = -1;

  /// Without beats: text is given as soon as there is some.
  FlushClock NONE =
      new FlushClock() {
        @Override
        public long now() {
          return NEVER;
        }

        @Override
        public void atNext(Runnable task) {
          throw new IllegalStateException("there is no beat to wait for");
        }
      };

  /// The number of the current beat, which only grows; `NEVER`: beats are not counted.
  long now();

  /// Runs `task` when the next beat begins.
  void atNext(Runnable task);
}
