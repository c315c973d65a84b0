package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// Writes HTTP/1.1 requests.
final class Requests {
  private Requests() {}

  static Buffer of(String method, String path, String accept, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(
            (method + " " + path + " HTTP/1.1\r\nHost: bench\r\n")
                + ("Accept: " + accept + "\r\nContent-Type: " + type + "\r\n")
                + ("Content-Length: " + bytes.length + "\r\n\r\n"))
        .appendBytes(bytes);
  }
}
