package dev.artserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.process.OneCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs `cluster` in a JVM of its own, with PostgreSQL, Redis and servers.
@Timeout(180)
class ClusterProcessTest {
  private static final Pattern LINE =
      Pattern.compile(
          "instance (\\d+) pid (\\d+) http://127\\.0\\.0\\.1:(\\d+)"
              + " management http://127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path data;
  private final List<ProcessHandle> started = new ArrayList<>();

  /// What the command tells of an instance.
  private record Told(int number, long pid, int port, int managementPort) {}

  @AfterEach
  void endAll() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void a_cluster_tells_where_it_is_and_leaves_nothing_when_it_is_stopped() throws Exception {
    Process command = start();
    try (BufferedReader out = command.inputReader()) {
      Told instance = readStart(out).getFirst();
      List<ProcessHandle> all = processes(command);

      assertThat(instance.number()).isEqualTo(1);
      assertThat(OneCall.answer("GET", instance.port(), "/v1/threads")).startsWith("HTTP/1.1 200");
      assertThat(OneCall.answer("GET", instance.managementPort(), "/health/live"))
          .startsWith("HTTP/1.1 200");
      assertThat(all.stream().map(ProcessHandle::pid)).contains(instance.pid());

      command.toHandle().destroy();

      assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isZero();
      assertThat(out.lines()).isEmpty();
      awaitNone(all);
      assertThat(data.resolve("instance-1.log")).content().contains("server stopped");
    }
  }

  @Test
  void a_command_that_is_killed_leaves_nothing_either() throws Exception {
    Process command = start();
    try (BufferedReader out = command.inputReader()) {
      readStart(out);
      List<ProcessHandle> all = processes(command);

      command.toHandle().destroyForcibly();

      awaitNone(all);
    }
  }

  @Test
  void services_that_outlive_their_cluster_are_ended_by_the_next() throws Exception {
    Process killed = start();
    try (BufferedReader out = killed.inputReader()) {
      readStart(out);
    }
    List<ProcessHandle> all = processes(killed);
    ProcessHandle postgres = postgres();
    // All that the command has started: servers, and the process of the services.
    List<ProcessHandle> own = killed.children().toList();
    killed.toHandle().destroyForcibly();
    own.forEach(ProcessHandle::destroyForcibly);
    awaitNone(own);
    assertThat(postgres.isAlive()).isTrue();

    Process next = start();

    try (BufferedReader out = next.inputReader()) {
      assertThat(readStart(out)).hasSize(1);
      awaitNone(all);
      next.toHandle().destroy();
      assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void an_instance_that_is_killed_is_told_of() throws Exception {
    Process command = start();
    try (BufferedReader out = command.inputReader()) {
      Told first = readStart(out).getFirst();
      List<ProcessHandle> all = processes(command);

      ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();

      assertThat(out.readLine()).isEqualTo("instance 1 ended with code 137");
      assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isEqualTo(1);
      assertThat(data.resolve("errors")).hasContent("art: cluster: no instance is left");
      awaitNone(all);
    }
  }

  /// An ended process counts as alive until the system has taken note of its end.
  private static void awaitNone(List<ProcessHandle> processes) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }

  private Process start() throws IOException {
    List<String> words =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "cluster",
            "--instances=1",
            "--port=0",
            "--data=" + data);
    Process command =
        new ProcessBuilder(words).redirectError(data.resolve("errors").toFile()).start();
    started.add(command.toHandle());
    return command;
  }

  /// Reads up to `ready` and nothing else than instances.
  private static List<Told> readStart(BufferedReader out) throws IOException {
    List<Told> instances = new ArrayList<>();
    String line = out.readLine();
    while (!"ready".equals(line)) {
      Matcher told = LINE.matcher(String.valueOf(line));
      assertThat(told.matches()).as("line '%s'", line).isTrue();
      instances.add(
          new Told(
              Integer.parseInt(told.group(1)),
              Long.parseLong(told.group(2)),
              Integer.parseInt(told.group(3)),
              Integer.parseInt(told.group(4))));
      line = out.readLine();
    }
    return instances;
  }

  /// Its processes, and those of PostgreSQL, which are no descendants of it.
  private List<ProcessHandle> processes(Process command) throws IOException {
    ProcessHandle postgres = postgres();
    List<ProcessHandle> all =
        Stream.of(command.descendants(), Stream.of(postgres), postgres.descendants())
            .flatMap(processes -> processes)
            .toList();
    started.addAll(all);
    return all;
  }

  private ProcessHandle postgres() throws IOException {
    String pid = Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }
}
