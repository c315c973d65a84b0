package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

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
