package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessFilesTest {
  @Test
  void cpu_time_is_user_and_system_ticks_behind_whatever_the_name_is() {
    String stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 250 31 7 9 20 0 30 0 12345";

    assertThat(ProcessFiles.cpuMillis(stat)).isEqualTo(2_810);
  }

  @Test
  void compilers_are_known_by_their_names() {
    assertThat(ProcessFiles.isCompiler("42 (C2 CompilerThre) S 1 42")).isTrue();
    assertThat(ProcessFiles.isCompiler("42 (C1 CompilerThre) S 1 42")).isTrue();
    assertThat(ProcessFiles.isCompiler("42 (vert.x-eventloo) S 1 42")).isFalse();
    assertThat(ProcessFiles.isCompiler("42 (C3PO) S 1 42")).isFalse();
  }

  @Test
  void this_process_has_compiled_something() {
    ProcessFiles own = ProcessFiles.of(ProcessHandle.current().pid());

    assertThat(own.compilerMillis()).isPositive().isLessThanOrEqualTo(own.cpuMillis());
  }

  @Test
  void memory_is_found_by_its_name() {
    String status = "Name:\tjava\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";

    assertThat(ProcessFiles.kilobytes(status, "VmRSS")).isEqualTo(1_024);
    assertThat(ProcessFiles.kilobytes(status, "VmHWM")).isEqualTo(2_048);
  }

  @Test
  void the_most_memory_that_was_held_can_be_forgotten() {
    ProcessFiles own = ProcessFiles.of(ProcessHandle.current().pid());
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(256L << 20).fill((byte) 1);
    }
    long most = own.residentBytesMax();

    own.forgetPeak();

    assertThat(own.residentBytesMax()).isLessThan(most - (128L << 20));
  }

  @Test
  void an_open_file_is_counted() throws IOException {
    ProcessFiles own = ProcessFiles.of(ProcessHandle.current().pid());

    // Others open and close some meanwhile, but not so many.
    List<InputStream> files = new ArrayList<>();
    long before = own.openFiles();
    for (int i = 0; i < 500; i++) {
      files.add(Files.newInputStream(Path.of("/dev/null")));
    }
    long open = own.openFiles();
    for (InputStream file : files) {
      file.close();
    }

    assertThat(open - before).isBetween(400L, 600L);
  }

  @Test
  void a_command_that_does_not_end_is_ended() {
    // A number that no other process has among its words.
    String seconds = "86399.7310";

    assertThatIllegalStateException()
        .isThrownBy(() -> LiveHeap.output(List.of("sleep", seconds), Duration.ofMillis(1)))
        .withMessageContaining("did not end within PT0.001S");

    // A process that was killed takes a moment to go.
    await()
        .until(() ->
            ProcessHandle.current()
                .children()
                .noneMatch(child -> child.info().commandLine().orElse("").contains(seconds)));
  }

  @Test
  void the_live_heap_is_the_histograms_total() {
    String histogram =
        " num     #instances         #bytes\n   1: 3 96 [B\nTotal       1234567       89012345\n";

    assertThat(LiveHeap.total(histogram)).isEqualTo(89_012_345);
  }

  @Test
  void a_metric_is_read_by_its_whole_name() {
    ServerMetrics metrics =
        new ServerMetrics(
            "# HELP art_x_max y\nart_x_max{a=\"b\"} 2\nart_x_max 1.5E-3\nart_x_max_more 7\n");

    assertThat(metrics.value("art_x_max")).hasValue(0.0015);
    assertThat(metrics.value("art_x")).isEmpty();
  }
}
