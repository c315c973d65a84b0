package dev.artserver.provider.key;

import dev.artserver.flow.Lane;
import dev.artserver.provider.ProviderClient;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One credential that a provider is called with. What changes of it belongs to its `ClientPool`.
public final class PooledClient {
  private final boolean ofServer;
  private final Lane lane;

  /// Calls that have it now.
  int users;

  /// When the last of them let go of it, in nanoseconds.
  long restsSince;

  /// Null: closed, or not made yet.
  volatile @Nullable Future<ProviderClient> client;

  PooledClient(boolean ofServer, Lane lane) {
    this.ofServer = ofServer;
    this.lane = lane;
  }

  /// Whether it is the server's own; otherwise threads bring it, and its troubles (a limit of its
  /// service, say) are not the provider's.
  public boolean ofServer() {
    return ofServer;
  }

  /// Where its calls go; there soon, if not now. Only for who has the account.
  public Future<ProviderClient> through() {
    return Objects.requireNonNull(client, "an account in use has no client");
  }

  /// Its place among the limits by key.
  public Lane lane() {
    return lane;
  }
}
