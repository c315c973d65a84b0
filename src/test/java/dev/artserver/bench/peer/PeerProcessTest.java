package dev.artserver.bench.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PeerProcessTest {
  /// Longer than the provider is told to keep a connection, shorter than it usually does.
  private static final int SILENT_MAX_MS = 10_000;

  @Test
  @Timeout(60)
  void the_provider_keeps_an_idle_connection_as_long_as_it_is_told() throws Exception {
    int port = freePort();
    CompletableFuture<Void> provider;
    try (PipedOutputStream life = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(life)) {
      provider =
          CompletableFuture.runAsync(
              () ->
                  PeerProcess.play(
                      List.of(PeerProcess.PROVIDER, Integer.toString(port), "1"), input),
              Thread.ofPlatform()::start);
      try (Socket socket = connected(port)) {
        socket.setSoTimeout(SILENT_MAX_MS);
        socket
            .getOutputStream()
            .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));

        // Ends when the other side closes.
        byte[] answer = socket.getInputStream().readAllBytes();

        assertThat(new String(answer, US_ASCII)).startsWith("HTTP/1.1 200 OK");
      }
    }
    provider.join();
  }

  private static Socket connected(int port) {
    return await()
        .ignoreException(ConnectException.class)
        .until(() -> new Socket(InetAddress.getLoopbackAddress(), port), Socket::isConnected);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
