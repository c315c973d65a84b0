package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.artserver.bench.figure.Figures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class HealthProbeTest {
  @Test
  void a_call_that_is_answered_is_timed() throws IOException {
    Figures figures = probed(200);

    assertThat(figures.get("healthFailed")).hasValue(0);
    assertThat(figures.get("healthMsP99").orElseThrow()).isPositive();
    assertThat(figures.get("healthMsMax").orElseThrow()).isPositive();
  }

  @Test
  void a_call_that_fails_is_counted_and_not_timed() throws IOException {
    Figures figures = probed(503);

    assertThat(figures.get("healthFailed").orElseThrow()).isPositive();
    assertThat(figures.values()).containsOnlyKeys("healthFailed");
  }

  /// Of a server that answers everything with this status.
  private static Figures probed(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      return HealthProbe.start(server.getAddress().getPort(), "/health").end();
    } finally {
      server.stop(0);
    }
  }
}
