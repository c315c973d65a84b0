package dev.artserver.bench;

import dev.artserver.bench.figure.Samples;

/// Something of the measured server that is timed in this process, since it takes less than a
/// message to another one. Handed in by who knows the server.
public interface InProcess {
  /// There is nothing to time; throws `IllegalStateException`.
  InProcess NONE =
      times -> {
        throw new IllegalStateException("nothing was handed in that could be timed");
      };

  /// Does it so often, one after the other, and gives how long each time took.
  Samples time(int times);
}
