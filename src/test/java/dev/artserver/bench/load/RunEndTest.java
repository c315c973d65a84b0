package dev.artserver.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import org.junit.jupiter.api.Test;

class RunEndTest {
  @Test
  void the_bench_knows_every_end_of_a_run() {
    for (Class<? extends ThreadEvent> end : ThreadEvent.kinds(ThreadEvent.RunEnd.class)) {
      String message = "{\"type\":\"fact\",\"event\":\"" + FactJson.type(end) + "\"}";

      assertThat(RunEnd.of(message)).as(message).isNotEqualTo(RunEnd.NONE);
    }
  }
}
