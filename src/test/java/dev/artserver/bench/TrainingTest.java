package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training, very short. The cache itself needs a jar, which tests run before.
class TrainingTest {
  private static final String MAIN = "dev.artserver.app.Main";

  @TempDir Path directory;

  @Test
  void runs_of_every_kind_complete_and_the_jvm_ends_in_order() {
    // What this JVM writes, it writes at its end, as a cache.
    Path written = directory.resolve("at-exit.jfr");

    new Training(MAIN)
        .give(
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:StartFlightRecording:settings=none,dumponexit=true,filename=" + written),
            Duration.ofMillis(1));

    assertThat(written).isNotEmptyFile();
  }

  @Test
  void a_server_that_does_not_start_is_said() {
    assertThatThrownBy(
            () -> new Training(MAIN).give(List.of("-XX:NoSuchOption=1"), Duration.ofMillis(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("server did not start")
        .hasMessageContaining("NoSuchOption");
  }
}
