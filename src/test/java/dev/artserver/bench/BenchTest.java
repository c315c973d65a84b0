package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  private static final InProcess UNUSED =
      times -> {
        throw new AssertionError("something was measured");
      };

  @TempDir Path directory;

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

  @Test
  void a_file_that_cannot_be_compared_with_is_said_before_anything_is_measured() throws Exception {
    Path missing = directory.resolve("missing.json");
    BenchPlan plan = BenchPlan.parse(List.of("permits", "--compare", missing.toString()));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bench(UNUSED).run(plan))
        .withMessage("--compare: cannot read " + missing + ": there is no such file");
  }

  @Test
  void a_file_that_is_there_is_not_written_over() throws Exception {
    Path there = Files.createFile(directory.resolve("there.json"));
    BenchPlan plan = BenchPlan.parse(List.of("permits", "--out", there.toString()));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bench(UNUSED).run(plan))
        .withMessage("--out: " + there + " is there already and is not written over");
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
