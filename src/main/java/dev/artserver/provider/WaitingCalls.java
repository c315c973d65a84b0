package dev.artserver.provider;

import dev.artserver.flow.Wish;
import dev.artserver.model.RunId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The calls that wait for a permit, by run, for those who ask why a run does not get on. A call
/// whose permit is free never stands here. A run makes one model call at a time. Thread-safe.
final class WaitingCalls {
  private final Map<RunId, Waiting> byRun = new ConcurrentHashMap<>();

  record Waiting(ServedProvider provider, String model, Wish wish) {}

  void add(RunId run, Waiting waiting) {
    byRun.put(run, waiting);
  }

  void remove(RunId run, Wish wish) {
    byRun.computeIfPresent(run, (id, waiting) -> waiting.wish() == wish ? null : waiting);
  }

  /// Empty when the run waits for no permit.
  Optional<ProviderPlace> place(RunId run) {
    return Optional.ofNullable(byRun.get(run))
        .flatMap(waiting -> waiting.provider().place(waiting.wish(), waiting.model()));
  }

  int size() {
    return byRun.size();
  }
}
