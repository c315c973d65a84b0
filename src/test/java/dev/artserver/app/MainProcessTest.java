package dev.artserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the program in a JVM of its own.
class MainProcessTest {
  @TempDir private Path data;
  @TempDir private Path temporary;

  @Test
  void a_terminated_server_stops_in_order_and_exits_with_0() throws Exception {
    Process server =
        start("serve", "--port", "0", "--management-port", "0", "--data", data.toString());
    try (BufferedReader log = server.errorReader()) {
      String first = log.readLine();
      server.toHandle().destroy();
      List<String> rest = log.lines().toList();

      assertThat(first).contains("message=\"server started\"");
      assertThat(rest).last().asString().contains("message=\"server stopped\"");
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
      assertThat(temporary).isEmptyDirectory();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void a_port_in_use_is_one_line_and_1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Process server = start("serve", "--management-port", port, "--data", data.toString());
      try (BufferedReader log = server.errorReader()) {
        List<String> lines = log.lines().toList();

        assertThat(lines)
            .singleElement()
            .asString()
            .startsWith("art: server.managementPort: cannot listen on 127.0.0.1:" + port);
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
      } finally {
        server.destroyForcibly();
      }
    }
  }

  private Process start(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).start();
  }
}
