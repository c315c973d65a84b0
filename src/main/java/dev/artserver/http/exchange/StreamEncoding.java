package dev.artserver.http.exchange;

/// How a door writes what happens to a thread as a stream of one answer. Thread-safe.
public interface StreamEncoding {
  /// The `Content-Type` of the stream, which clients also name in `Accept`.
  String mediaType();

  /// The encoder of one stream.
  StreamEncoder encoder();
}
