package dev.artserver.app.logging;

/// What a log entry looks like.
public enum LogFormat {
  /// `key=value` pairs.
  TEXT,
  /// A JSON object.
  JSON
}
