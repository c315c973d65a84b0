package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
  @Test
  void a_full_disk_is_said() throws Exception {
    InProcess full =
        times -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        };
    BenchPlan plan = BenchPlan.parse(List.of("permits", "--runs", "1"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bench(full).run(plan))
        .withMessage("java.io.IOException: No space left on device");
  }

  private static Bench bench(InProcess permits) {
    return new Bench(
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
        () -> Instant.EPOCH,
        "dev.artserver.app.Main",
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"),
        permits,
        Embedded.NONE);
  }
}
