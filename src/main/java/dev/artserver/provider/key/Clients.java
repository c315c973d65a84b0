package dev.artserver.provider.key;

import dev.artserver.provider.ProviderClient;

/// Makes the clients of one provider, one for each credential.
public interface Clients {
  /// A new client; the caller closes it.
  ProviderClient open(ApiKey key);
}
