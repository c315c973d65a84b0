package dev.artserver.app.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a cluster that was killed leaves in its directory.
class LeftOverTest {
  @TempDir private Path directory;
  private Path pidFile;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "600").start();
    pidFile = directory.resolve("some.pid");
    Files.writeString(pidFile, process.pid() + "\nmore\n");
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void a_process_of_the_file_is_ended() throws Exception {
    LeftOver.end(pidFile, program(), List.of("TERM"));

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
  }

  @Test
  void a_process_of_another_program_is_left_alone() throws IOException {
    LeftOver.end(pidFile, "postgres", List.of("TERM"));

    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_file_that_is_not_there_or_names_no_process_is_nothing() throws IOException {
    LeftOver.end(directory.resolve("none"), program(), List.of("TERM"));
    Files.writeString(pidFile, "");
    LeftOver.end(pidFile, program(), List.of("TERM"));
    Files.writeString(pidFile, "no number\n");
    LeftOver.end(pidFile, program(), List.of("TERM"));

    assertThat(process.isAlive()).isTrue();
  }

  private String program() {
    return Path.of(process.info().command().orElseThrow()).getFileName().toString();
  }
}
