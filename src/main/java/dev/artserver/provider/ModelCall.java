package dev.artserver.provider;

/// A call under way.
public interface ModelCall {
  /// Ends it at once, also on the wire. Harmless when it has ended.
  void cancel();
}
