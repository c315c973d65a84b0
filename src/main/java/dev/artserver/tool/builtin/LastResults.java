package dev.artserver.tool.builtin;

import dev.artserver.model.ThreadId;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The last result of each thread, for `ans`. Keeps the threads used last and forgets the others.
/// In memory only. Safe for use by many threads.
final class LastResults {
  private final Map<ThreadId, Last> entries;

  /// @param before what `ans` was when that call began
  private record Last(String callId, @Nullable BigDecimal before, BigDecimal result) {}

  /// @param threadsMax threads to remember, at least 1
  LastResults(int threadsMax) {
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ThreadId, Last> eldest) {
            return size() > threadsMax;
          }
        };
  }

  /// `ans` for a call. A call that is repeated sees what it saw the first time.
  synchronized Optional<BigDecimal> before(ThreadId thread, String callId) {
    Last last = entries.get(thread);
    if (last == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(last.callId.equals(callId) ? last.before : last.result);
  }

  synchronized void remember(
      ThreadId thread, String callId, Optional<BigDecimal> before, BigDecimal result) {
    entries.put(thread, new Last(callId, before.orElse(null), result));
  }
}
