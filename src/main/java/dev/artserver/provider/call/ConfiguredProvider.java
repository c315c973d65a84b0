package dev.artserver.provider.call;

import dev.artserver.provider.CallTimes;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.Clients;
import org.jspecify.annotations.Nullable;

/// A provider to be: its quota, its credential and what makes the clients its calls go through.
///
/// @param key the credential of threads that bring none; null: they cannot call it, since its
///   service wants one
/// @param times is told of each call
public record ConfiguredProvider(
    ProviderConfig config, @Nullable ApiKey key, Clients clients, CallTimes times) {
  /// Its calls are not measured.
  public ConfiguredProvider(ProviderConfig config, @Nullable ApiKey key, Clients clients) {
    this(config, key, clients, CallTimes.UNHEARD);
  }
}
