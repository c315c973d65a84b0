package dev.artserver.provider.call;

import dev.artserver.provider.ProviderClient;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine that all local providers share, and which model it holds. It makes one call at a
/// time, so the holder of the permit finds the previous model idle, and unloads it. Thread-safe.
final class LocalMachine {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMachine.class);
  private static final long EVICTION_MAX_SECONDS = 10;

  private @Nullable Loaded loaded;
  private long switches;

  /// Complete when no model is being unloaded any more.
  private Future<Void> free = Future.succeededFuture();

  /// A model of a provider.
  ///
  /// @param client can unload it
  record Loaded(String provider, String model, ProviderClient client) {
    boolean sameAs(Loaded other) {
      return provider.equals(other.provider) && model.equals(other.model);
    }
  }

  /// A call of that model has the machine now. On an event loop.
  ///
  /// @return completes well when the call may begin: at once, or when the other model was unloaded
  ///   or could not be
  synchronized Future<Void> load(Loaded next) {
    Loaded before = loaded;
    loaded = next;
    if (before != null && !before.sameAs(next)) {
      switches++;
      free = free.transform(done -> evict(before));
    }
    return free;
  }

  private static Future<Void> evict(Loaded idle) {
    return idle.client()
        .evict(idle.model())
        .timeout(EVICTION_MAX_SECONDS, TimeUnit.SECONDS)
        .recover(error -> {
          LOG.atWarn()
              .addKeyValue("provider", idle.provider())
              .addKeyValue("model", idle.model())
              .addKeyValue("reason", error.getMessage())
              .log("A local model did not leave the machine for another");
          return Future.succeededFuture();
        });
  }

  /// What was loaded last; null before the first call.
  synchronized @Nullable Loaded loaded() {
    return loaded;
  }

  synchronized long switches() {
    return switches;
  }
}
