package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bench that is killed cannot end its processes: they see it themselves.
class OrphansTest {
  private static final List<String> SMALL =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

  @TempDir Path directory;

  @Test
  void every_process_ends_when_the_bench_is_killed() throws Exception {
    Process bench = start(Parent.class);
    List<ProcessHandle> children = new ArrayList<>();
    try (BufferedReader told = bench.inputReader()) {
      assertThat(told.readLine()).isEqualTo("ready");
      children.addAll(bench.children().toList());
      assertThat(children).as("provider, proxy and server").hasSize(3);

      bench.destroyForcibly();

      for (ProcessHandle child : children) {
        child.onExit().get(30, TimeUnit.SECONDS);
      }
    } finally {
      bench.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Process start(Class<?> main) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL);
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /// Has a stage with processes and stays.
  static final class Parent {
    private Parent() {}

    public static void main(String[] words) throws Exception {
      Stage stage =
          new Stage(
              "dev.artserver.app.Main",
              List.of(),
              BenchPlan.PROVIDER_KEEPS,
              InProcess.NONE,
              Embedded.NONE);
      stage.proxy();
      stage.server(ServerSettings.of("memory", "react"));
      System.out.println("ready");
      Thread.currentThread().join();
    }
  }
}
