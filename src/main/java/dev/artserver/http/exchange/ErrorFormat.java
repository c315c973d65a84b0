package dev.artserver.http.exchange;

import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// How a door writes failures. Thread-safe.
public interface ErrorFormat {
  /// The `Content-Type` of what it writes.
  String mediaType();

  /// The status of the answer, for formats that report failures under a status of their own.
  default int status(Failure failure) {
    return failure.status();
  }

  /// @param thread that the request was about, where that is known
  /// @param run that the request was about, where that is known
  Buffer write(Failure failure, @Nullable ThreadId thread, @Nullable RunId run);
}
