package dev.artserver.provider.key;

import dev.artserver.provider.ProviderClient;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One credential that a provider is called with, and its client. Its state belongs to its
/// `ClientPool`.
public final class PooledClient {
  private final boolean ofServer;
  private final String lane;

  /// Calls that have it now.
  int users;

  /// When the last of them gave it back, in nanoseconds.
  long restsSince;

  /// Null: closed, or not made yet.
  volatile @Nullable Future<ProviderClient> client;

  PooledClient(boolean ofServer, String lane) {
    this.ofServer = ofServer;
    this.lane = lane;
  }

  /// Whether it is the server's own; otherwise threads bring it, and its failures (a limit of its
  /// service, say) say nothing about the provider.
  public boolean ofServer() {
    return ofServer;
  }

  /// The client; it may still be opening. Only for callers that took it from the pool.
  public Future<ProviderClient> through() {
    return Objects.requireNonNull(client, "a credential in use has no client");
  }

  /// Its lane among the permits by key.
  public String lane() {
    return lane;
  }
}
