package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A request is a small packet, which Nagle's algorithm would hold back.
class NoDelayTest {
  @Test
  void connections_to_services_send_small_packets_at_once() {
    ServiceConfig config = Services.of("x", "https://127.0.0.1:1/v1", "");

    assertThat(
            ServiceConnections.options(config, ServiceAddress.of(config.baseUrl())).isTcpNoDelay())
        .isTrue();
  }
}
