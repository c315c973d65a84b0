package dev.artserver.provider;

import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model call is made for, and within which limits.
///
/// @param deadline when the run must have ended; no wait and no call goes beyond it
/// @param fallbacks where the call goes that the provider cannot serve, in order; null: where the
///   provider's configuration says
/// @param key the thread's own credential for the provider it asks; null: the server's
public record CallTerms(
    ThreadId thread,
    RunId run,
    Priority priority,
    Instant deadline,
    @Nullable List<Fallback> fallbacks,
    @Nullable SealedKey key) {
  public CallTerms {
    fallbacks = fallbacks == null ? null : List.copyOf(fallbacks);
  }

  /// With the fallbacks of the provider, and the server's credential.
  public CallTerms(ThreadId thread, RunId run, Priority priority, Instant deadline) {
    this(thread, run, priority, deadline, null, null);
  }
}
