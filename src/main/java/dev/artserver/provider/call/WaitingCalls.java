package dev.artserver.provider.call;

import dev.artserver.model.RunId;
import dev.artserver.provider.ProviderWait;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The calls that wait for a permit or for their next attempt, by run: why a run makes no progress.
/// A call that is made at once is never listed. A run makes one model call at a time. Thread-safe.
final class WaitingCalls {
  private final Map<RunId, Waiting> byRun = new ConcurrentHashMap<>();

  private record Waiting(Object waiter, Supplier<Future<Optional<ProviderWait>>> what) {}

  /// @param waiter a claim, or a call between two attempts; tells this wait from a later one of the
  ///   run
  /// @param what it waits for; asked from any thread
  void add(
      RunId run,
      Object waiter,
      Supplier<? extends Future<? extends Optional<? extends ProviderWait>>> what) {
    byRun.put(run, new Waiting(waiter, () -> what.get().map(found -> found.map(wait -> wait))));
  }

  void remove(RunId run, Object waiter) {
    byRun.computeIfPresent(run, (id, waiting) -> waiting.waiter().equals(waiter) ? null : waiting);
  }

  /// Empty when the run waits for nothing of the kind.
  Future<Optional<ProviderWait>> of(RunId run) {
    Waiting waiting = byRun.get(run);
    return waiting == null ? Future.succeededFuture(Optional.empty()) : waiting.what().get();
  }

  int size() {
    return byRun.size();
  }
}
