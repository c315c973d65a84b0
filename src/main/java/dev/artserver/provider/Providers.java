package dev.artserver.provider;

import dev.artserver.model.ModelRequest;
import java.util.Set;

/// Every model provider there is, with its quota: what a thread's owner calls models through.
public interface Providers {
  /// Names a thread's configuration may use.
  Set<String> names();

  /// Waits for a permit of the provider, calls the model, and gives the permit back however the
  /// call ends. A call that fails may be retried, also at another provider, as the configuration
  /// says; when its answer had begun, the listener is told `onAgain` first. To be called on an
  /// event-loop context; the listener is called on it, as `ProviderClient.start` says, and besides
  /// may get `onFailed` with `Full` (`API_QUEUE_FULL`), `LocalBusy` (`LOCAL_INSTANCE_BUSY`,
  /// `LOCAL_PROVIDER_CONFLICT`), `TimedOut` (`API_QUEUE_TIMEOUT`, `RUN_TIMEOUT`) or `CircuitOpen`.
  /// Cancelling also ends the waiting. A provider that does not exist is `Invalid`
  /// (`UNKNOWN_PROVIDER`), and so is a key of the thread's own that cannot be opened any more
  /// (`API_KEY_UNREADABLE`), or that is missing where the server has none either
  /// (`API_KEY_MISSING`).
  ModelCall call(String provider, CallTerms terms, ModelRequest request, CallListener listener);
}
