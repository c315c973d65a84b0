package dev.artserver.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.config.Argument;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  @Test
  void serve_alone_takes_everything_from_elsewhere() {
    Command command = CommandLine.parse(List.of("serve"));

    assertThat(command).isEqualTo(new Command.Serve(Optional.empty(), List.of()));
  }

  @Test
  void options_of_serve_become_arguments_of_the_configuration() {
    Command command =
        CommandLine.parse(
            List.of("serve", "--config", "my conf.yaml", "--port=9000", "--data", "/srv/art"));

    assertThat(command)
        .isInstanceOfSatisfying(
            Command.Serve.class,
            serve -> {
              assertThat(serve.config()).contains(Path.of("my conf.yaml"));
              assertThat(serve.arguments())
                  .containsExactlyInAnyOrder(
                      new Argument("--port", "server.port", "9000"),
                      new Argument("--data", "store.directory", "/srv/art"));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "demo, 100",
    "demo --threads 7, 7",
    "demo --threads=10000, 10000",
  })
  void demo_takes_a_number_of_threads(String line, int threads) {
    Command command = CommandLine.parse(words(line));

    assertThat(command).isEqualTo(new Command.Demo(threads, Optional.empty()));
  }

  @Test
  void a_training_takes_the_file_to_write() {
    assertThat(CommandLine.parse(words("bench-train there.aot")))
        .isEqualTo(new Command.BenchTrain(Path.of("there.aot")));
    assertThat(CommandLine.parse(words("bench-train")))
        .isEqualTo(new Command.Misuse("bench-train: takes the file the JVM is to write, got []"));
  }

  @Test
  void demo_takes_a_place_to_leave_its_threads_in() {
    Command command = CommandLine.parse(words("demo --data there --threads 7"));

    assertThat(command).isEqualTo(new Command.Demo(7, Optional.of(Path.of("there"))));
  }

  @Test
  void cluster_alone_is_three_servers_with_services_of_their_own() {
    Command command = CommandLine.parse(words("cluster"));

    assertThat(command)
        .isEqualTo(
            new Command.Cluster(
                3,
                8080,
                Path.of("target/cluster"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void cluster_takes_services_that_are_there_and_a_place() {
    Command command =
        CommandLine.parse(
            words(
                "cluster --instances 2 --port=0 --data there --config art.yaml"
                    + " --postgres postgresql://db/art --redis=redis://cache:6379"));

    assertThat(command)
        .isEqualTo(
            new Command.Cluster(
                2,
                0,
                Path.of("there"),
                Optional.of("postgresql://db/art"),
                Optional.of("redis://cache:6379"),
                Optional.of(Path.of("art.yaml"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          none                    | a command is missing; see: art help
          sevre                   | there is no command 'sevre'; see: art help
          version now             | version: takes no words, got now
          serve --prot 1          | serve: takes --config, --data, --management-port, --port; got --prot
          serve --port            | serve: --port needs a value
          serve --port=           | serve: --port needs a value
          serve --port 1 --port 2 | serve: --port is given twice
          migrate --check=no      | migrate: --check takes no value
          migrate --config        | migrate: --config needs a value
          demo 5                  | demo: takes --data, --threads; got 5
          demo --threads 0        | demo: --threads must be 1 to 10000, got 0
          demo --threads 10001    | demo: --threads must be 1 to 10000, got 10001
          demo --threads many     | demo: --threads must be 1 to 10000, got many
          cluster 3               | cluster: takes --config, --data, --instances, --port, --postgres, --redis; got 3
          cluster --instances     | cluster: --instances needs a value
          cluster --instances 0   | cluster: --instances must be 1 to 16, got 0
          cluster --instances 17  | cluster: --instances must be 1 to 16, got 17
          cluster --instances two | cluster: --instances must be 1 to 16, got two
          cluster --port -1       | cluster: --port must be 0 to 65533, got -1
          cluster --port 65534    | cluster: --port must be 0 to 65533, got 65534
          cluster --redis=        | cluster: --redis needs a value
          cluster --postgres      | cluster: --postgres needs a value
          """)
  void wrong_use_is_told_in_one_line(String line, String why) {
    Command command = CommandLine.parse(words(line));

    assertThat(command).isEqualTo(new Command.Misuse(why));
  }

  private static List<String> words(String line) {
    return line == null ? List.of() : Arrays.asList(line.split(" "));
  }
}
