package dev.artserver.provider;

import dev.artserver.flow.Wish;
import dev.artserver.model.RunId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The calls that wait for a permit, by run, for those who ask why a run does not get on. A call
/// whose permit is free never stands here. A run makes one model call at a time. Thread-safe.
final class WaitingCalls {
  private final Map<RunId, Waiting> byRun = new ConcurrentHashMap<>();

  private record Waiting(Wish wish, Supplier<Optional<ProviderPlace>> place) {}

  /// @param place where it stands; asked from any thread
  void add(RunId run, Wish wish, Supplier<Optional<ProviderPlace>> place) {
    byRun.put(run, new Waiting(wish, place));
  }

  void remove(RunId run, Wish wish) {
    byRun.computeIfPresent(run, (id, waiting) -> waiting.wish() == wish ? null : waiting);
  }

  /// Empty when the run waits for no permit.
  Optional<ProviderPlace> place(RunId run) {
    return Optional.ofNullable(byRun.get(run)).flatMap(waiting -> waiting.place().get());
  }

  int size() {
    return byRun.size();
  }
}
