package dev.artserver.provider.wire;

import org.jspecify.annotations.Nullable;

/// What is wrong with a stream.
///
/// @param status the HTTP status the service's own error stands for; 0: none
/// @param code the service's own word for it; null: it has none
public record Fault(int status, @Nullable String code, String message) {
  public Fault(int status, String message) {
    this(status, null, message);
  }
}
