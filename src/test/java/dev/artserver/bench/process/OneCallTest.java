package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class OneCallTest {
  @Test
  void a_process_that_is_gone_is_told_and_does_not_count_as_nothing() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> OneCall.json(port, "/counters"))
        .withMessage("GET /counters on port " + port + " was not answered");
  }
}
