package dev.artserver.wire.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Caller;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.ThreadCommand;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommandJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadId THREAD = new ThreadId("t1");

  @Test
  void a_command_arrives_as_the_same_command() throws IOException {
    for (long seed = 0; seed < 3_000; seed++) {
      ThreadCommand<?> command = new RandomCommands(seed).next();

      byte[] sent = JSON.writeValueAsBytes(CommandJson.write(command));
      ThreadCommand<?> read = CommandJson.read((ObjectNode) JSON.readTree(sent));

      assertThat(read).as("seed %d", seed).isEqualTo(command);
    }
  }

  /// These are what instances of this and later releases must read: a line may be added, and may
  /// gain a member, but none may go.
  @Test
  void each_kind_has_the_json_other_instances_know() throws IOException {
    List<String> golden = lines("commands.jsonl");

    for (String line : golden) {
      ThreadCommand<?> command = CommandJson.read((ObjectNode) JSON.readTree(line));

      assertThat(CommandJson.write(command).toString()).isEqualTo(line);
    }
    Set<String> kinds =
        golden.stream()
            .map(line -> line.replaceFirst(".*?\"kind\":\"(\\w+)\".*", "$1"))
            .collect(Collectors.toSet());
    assertThat(kinds).hasSize(ThreadCommand.class.getPermittedSubclasses().length);
  }

  @Test
  void members_that_an_older_instance_did_not_write_have_defaults() throws IOException {
    assertThat(read("{\"kind\":\"create\",\"threadId\":\"t1\"}"))
        .isEqualTo(
            new ThreadCommand.Create(
                THREAD, Caller.ANONYMOUS, JSON.createObjectNode(), Map.of(), false, null));
    assertThat(read("{\"kind\":\"cancelRun\",\"threadId\":\"t1\",\"runId\":\"r1\",\"mood\":1}"))
        .isEqualTo(new ThreadCommand.CancelRun(THREAD, Caller.ANONYMOUS, new RunId("r1")));
  }

  @Test
  void a_command_of_a_newer_instance_is_refused_by_name() {
    for (String newer :
        List.of(
            "{\"v\":99,\"kind\":\"delete\",\"threadId\":\"t1\"}",
            "{\"v\":1,\"kind\":\"branch\",\"threadId\":\"t1\"}")) {
      assertThatThrownBy(() -> read(newer))
          .isInstanceOfSatisfying(
              FailureException.class,
              refused -> assertThat(refused.failure().code()).isEqualTo("TOO_NEW"));
    }
  }

  @Test
  void a_clear_key_is_not_even_read() {
    String clear =
        "{\"kind\":\"create\",\"threadId\":\"t1\",\"config\":{\"provider\":{\"apiKey\":\"sk-1\"}}}";

    assertThatThrownBy(() -> read(clear))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("sk-1");
  }

  @Test
  void a_damaged_command_is_refused() {
    for (String damaged : List.of("{}", "{\"kind\":\"startRun\",\"threadId\":\"t1\"}")) {
      assertThatThrownBy(() -> read(damaged)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static ThreadCommand<?> read(String json) throws IOException {
    return CommandJson.read((ObjectNode) JSON.readTree(json));
  }

  static List<String> lines(String file) throws IOException {
    try (InputStream in = CommandJsonTest.class.getResourceAsStream("/commands/" + file)) {
      return Arrays.asList(new String(in.readAllBytes(), UTF_8).split("\n"));
    }
  }
}
