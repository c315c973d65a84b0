package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// What is asked, and what a whole answer is.
///
/// @param port on this machine
/// @param events whether the answer is asked for as a stream of events
/// @param body JSON, the same for every run
/// @param tokens of a whole answer
public record Target(int port, String path, boolean events, String body, int tokens) {
  /// The request as it goes over the wire.
  Buffer request() {
    return Request.of("POST", path, events ? "text/event-stream" : "application/json", body);
  }

  /// Writes HTTP/1.1 requests.
  static final class Request {
    private Request() {}

    static Buffer of(String method, String path, String accept, String body) {
      return of(method, path, accept, "application/json", body);
    }

    static Buffer of(String method, String path, String accept, String type, String body) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      return Buffer.buffer(
              (method + " " + path + " HTTP/1.1\r\nHost: bench\r\n")
                  + ("Accept: " + accept + "\r\nContent-Type: " + type + "\r\n")
                  + ("Content-Length: " + bytes.length + "\r\n\r\n"))
          .appendBytes(bytes);
    }
  }
}
