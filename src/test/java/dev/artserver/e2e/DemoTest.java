package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo as a newcomer runs it: a process of its own, no service, no key, no network.
class DemoTest {
  @TempDir private Path temporary;

  @Test
  void every_run_completes_every_log_is_read_back_whole_and_nothing_is_left() throws Exception {
    String said = said(demo("--threads", "12"), 0);

    assertThat(List.of(said.split("\n")))
        .as(said)
        .anyMatch(line -> line.contains("12 of 12 done"))
        .anyMatch(line -> line.contains("runs completed") && line.contains("12 of 12"))
        .anyMatch(line -> line.contains("12 of 12 logs whole"))
        .anyMatch(line -> line.contains("user: What is 1% of 2,340?"))
        .anyMatch(line -> line.contains("calls calculator"))
        .anyMatch(line -> line.contains("ai: ") && line.contains("23.4"));
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void threads_are_kept_only_in_the_directory_that_was_given(@TempDir Path parent)
      throws Exception {
    String data = parent.resolve("kept").toString();

    String first = said(demo("--threads", "2", "--data", data), 0);
    String again = said(demo("--threads", "2", "--data", data), 1);

    assertThat(first).contains("See for yourself:  ./art serve --data " + data);
    assertThat(again).contains("art: --data: " + data + " must be new or empty, has art.db");
    assertThat(parent.resolve("kept/art.db")).isNotEmptyFile();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void a_demo_that_is_stopped_leaves_nothing() throws Exception {
    Process demo = demo("--threads", "1000");
    try (BufferedReader said = demo.inputReader()) {
      assertThat(said.readLine()).startsWith("1000 threads");
      assertThat(temporary).isNotEmptyDirectory();
      demo.toHandle().destroy();

      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      demo.destroyForcibly();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  private Process demo(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.artserver.app.Main",
                "demo"));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String said(Process demo, int exitCode) throws Exception {
    String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(said).isEqualTo(exitCode);
    return said;
  }
}
