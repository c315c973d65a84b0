package dev.artserver.app.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void ports_are_below_those_of_outgoing_connections_and_given_once() {
    long seed = System.nanoTime();
    FreePorts ports = new FreePorts(new Random(seed));

    List<Integer> given = Stream.generate(ports::next).limit(100).toList();

    assertThat(given)
        .as("seed %d", seed)
        .doesNotHaveDuplicates()
        .allMatch(port -> port >= 20_000 && port < 32_000);
  }
}
