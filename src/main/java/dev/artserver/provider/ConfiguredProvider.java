package dev.artserver.provider;

/// A provider to be: its quota, its credential and what makes the clients its calls go through.
///
/// @param key the credential of threads that bring none
public record ConfiguredProvider(ProviderConfig config, ApiKey key, Clients clients) {}
