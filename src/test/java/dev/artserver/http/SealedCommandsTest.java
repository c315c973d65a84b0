package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.wire.remote.CommandJson;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// API keys are sealed before they enter a command, whichever way a request comes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SealedCommandsTest {
  private static final String KEY = "sk-clear-key";
  private static final String CONFIG = "{\"provider\":{\"apiKey\":\"" + KEY + "\"}}";

  private final ApiUnderTest server = new ApiUnderTest();

  @AfterAll
  void close() {
    server.close();
  }

  @BeforeAll
  void ask() {
    server.post("/v1/threads", "{\"threadId\":\"made\",\"config\":" + CONFIG + "}");
    server.call(
        "PATCH",
        "/v1/threads/made",
        Map.of("Content-Type", "application/merge-patch+json"),
        "{\"config\":" + CONFIG + "}");
    async(
        "/v1/threads/run-1/runs",
        "{\"query\":\"q\",\"ifNotExists\":\"create\",\"config\":" + CONFIG + "}");
    async("/v1/runs", "{\"threadId\":\"run-2\",\"query\":\"q\",\"config\":" + CONFIG + "}");
    new SocketClient(server)
        .ask(
            "{\"type\":\"run\",\"id\":1,\"threadId\":\"run-3\",\"query\":\"q\","
                + "\"ifNotExists\":\"create\",\"config\":"
                + CONFIG
                + "}");
  }

  private void async(String path, String body) {
    server.call(
        "POST", path, Map.of("Content-Type", "application/json", "Prefer", "respond-async"), body);
  }

  @Test
  void no_command_holds_a_clear_key() {
    assertThat(server.threads.commands)
        .hasSize(5)
        .allSatisfy(command ->
            assertThat(command + CommandJson.write(command).toString())
                .doesNotContain(KEY)
                .contains("\"apiKey\":\"sealed:"));
  }
}
