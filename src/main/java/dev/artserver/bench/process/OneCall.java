package dev.artserver.bench.process;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One HTTP call on a connection of its own, waited for by the thread that makes it.
public final class OneCall {
  private static final int ANSWER_MAX_MS = 30_000;
  private static final String BODY = "\r\n\r\n";

  private OneCall() {}

  /// Whether it answers 200.
  static boolean succeeds(int port, String path) {
    return answer("GET", port, path).startsWith("HTTP/1.1 200");
  }

  /// The JSON object of an answer that says how long it is. Throws `IllegalStateException` when
  /// there is none: a process that is gone is not one that counted nothing.
  public static JsonObject json(int port, String path) {
    String answer = answer("GET", port, path);
    int body = answer.indexOf(BODY);
    if (body < 0) {
      throw new IllegalStateException("GET " + path + " on port " + port + " was not answered");
    }
    return new JsonObject(answer.substring(body + BODY.length()));
  }

  /// The whole answer to a request without a body, head and body; empty when there was none.
  public static String answer(String method, int port, String path) {
    String request = method + " " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close" + BODY;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MAX_MS);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MAX_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException none) {
      return "";
    }
  }
}
