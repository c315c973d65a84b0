package dev.artserver.bench;

import dev.artserver.bench.load.Work;
import dev.artserver.bench.process.Child;
import org.jspecify.annotations.Nullable;

/// Who does the same work as the server, or the server itself.
///
/// @param process whose cost is counted; null: there is none between the client and the provider
record Contender(String name, @Nullable Child process, Work work) {
  /// The client straight to the provider: what is subtracted from the others.
  static final String DIRECT = "direct";
}
