package dev.artserver.stream;

/// A slow clock that readers are given text of calls by: each at most once in a beat. What is said
/// faster than that goes together. Belongs to the feed's owner, whose context it runs tasks on.
public interface FlushClock {
  /// The number of no beat.
  long NEVER = -1;

  /// Every moment is a beat of its own: text is given as soon as there is some.
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

  /// The number of the beat now, which only grows; `NEVER`: beats are not counted.
  long now();

  /// Runs `task` when the next beat begins.
  void atNext(Runnable task);
}
