package dev.artserver.provider.call;

import dev.artserver.model.RunId;
import dev.artserver.provider.ProviderWait;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The calls that wait for a permit or for their next try, by run, for those who ask why a run does
/// not get on. A call that is made at once never stands here. A run makes one model call at a time.
/// Thread-safe.
final class WaitingCalls {
  private final Map<RunId, Waiting> byRun = new ConcurrentHashMap<>();

  private record Waiting(Object who, Supplier<Optional<? extends ProviderWait>> what) {}

  /// @param who waits: a wish, or a call between two tries; tells it from a later wait of the run
  /// @param what it waits for; asked from any thread
  void add(RunId run, Object who, Supplier<Optional<? extends ProviderWait>> what) {
    byRun.put(run, new Waiting(who, what));
  }

  void remove(RunId run, Object who) {
    byRun.computeIfPresent(run, (id, waiting) -> waiting.who().equals(who) ? null : waiting);
  }

  /// Empty when the run waits for nothing of the kind.
  Optional<ProviderWait> of(RunId run) {
    return Optional.ofNullable(byRun.get(run)).flatMap(waiting -> waiting.what().get());
  }

  int size() {
    return byRun.size();
  }
}
