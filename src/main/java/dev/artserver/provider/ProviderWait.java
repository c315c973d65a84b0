package dev.artserver.provider;

/// What a model call waits for that is not at work.
public sealed interface ProviderWait permits ProviderPlace, ProviderRetry {
  /// Where the call waits; a fallback, if it went on to one.
  String provider();

  String model();
}
