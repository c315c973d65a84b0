package dev.artserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.process.OneCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
  void two_servers_are_one_until_one_is_killed_and_all_end_with_the_command() throws Exception {
    Process command = start(2);
    try (BufferedReader out = command.inputReader()) {
      List<Told> instances = readStart(out);
      Told first = instances.get(0);
      Told second = instances.get(1);
      List<ProcessHandle> all = processes(command);

      assertThat(instances).extracting(Told::number).containsExactly(1, 2);
      assertThat(all.stream().map(ProcessHandle::pid)).contains(first.pid(), second.pid());
      assertThat(OneCall.answer("GET", first.managementPort(), "/health/live"))
          .startsWith("HTTP/1.1 200");
      assertThat(run(first).statusCode()).isEqualTo(200);
      awaitCompleted(second);

      ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
      assertThat(out.readLine()).isEqualTo("instance 1 ended with code 137");
      awaitCompleted(second);

      command.toHandle().destroy();
      assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isZero();
      assertThat(out.lines()).isEmpty();
      awaitNone(all);
      assertThat(data.resolve("instance-2.log")).content().contains("server stopped");
    }
  }

  @Test
  void a_command_that_is_killed_leaves_nothing_either() throws Exception {
    Process command = start(1);
    try (BufferedReader out = command.inputReader()) {
      readStart(out);
      List<ProcessHandle> all = processes(command);

      command.toHandle().destroyForcibly();

      awaitNone(all);
    }
  }

  @Test
  void services_that_outlive_their_cluster_are_ended_by_the_next() throws Exception {
    Process killed = start(1);
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

    Process next = start(1);

    try (BufferedReader out = next.inputReader()) {
      Told instance = readStart(out).getFirst();
      awaitNone(all);
      List<ProcessHandle> later = processes(next);
      ProcessHandle.of(instance.pid()).orElseThrow().destroyForcibly();
      assertThat(out.readLine()).isEqualTo("instance 1 ended with code 137");
      assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(next.exitValue()).isEqualTo(1);
      assertThat(data.resolve("errors")).content().contains("art: cluster: no instance is left");
      awaitNone(later);
    }
  }

  private static HttpResponse<String> run(Told instance) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.port() + "/v1/runs"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"threadId\":\"t\",\"query\":\"hello\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  /// Waits until an instance has read the end of the run, whichever instance owns the thread.
  private static void awaitCompleted(Told instance) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            OneCall.answer("GET", instance.port(), "/v1/threads/t/events?after=0")
                .contains("run.completed"));
  }

  /// An ended process counts as alive until the system has taken note of its end.
  private static void awaitNone(List<ProcessHandle> processes) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }

  private Process start(int instances) throws IOException {
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
            "--instances=" + instances,
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
