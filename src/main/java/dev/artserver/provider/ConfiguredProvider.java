package dev.artserver.provider;

/// A provider to be: its quota and the client its calls go through.
///
/// @param client belongs to `LocalProviders` from then on, which closes it
public record ConfiguredProvider(ProviderConfig config, ProviderClient client) {}
