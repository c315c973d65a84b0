package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The demo as a newcomer runs it: a process of its own, no service, no key, no network.
class DemoTest {
  @Test
  void every_run_completes_and_every_log_is_read_back_whole() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.artserver.app.Main",
                "demo",
                "--threads",
                "12")
            .redirectErrorStream(true)
            .start();

    String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(said).isZero();
    assertThat(List.of(said.split("\n")))
        .as(said)
        .anyMatch(line -> line.contains("12 of 12 done"))
        .anyMatch(line -> line.contains("runs completed") && line.contains("12 of 12"))
        .anyMatch(line -> line.contains("12 of 12 logs whole"))
        .anyMatch(line -> line.contains("user: What is 1% of 2,340?"))
        .anyMatch(line -> line.contains("calls calculator"))
        .anyMatch(line -> line.contains("ai: ") && line.contains("23.4"));
  }
}
