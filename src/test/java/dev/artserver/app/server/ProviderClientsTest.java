package dev.artserver.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.settings.ProviderSettings;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.model.Failure;
import dev.artserver.model.Usage;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderClientsTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir private Path directory;

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "openai,/base/chat/completions,Authorization,Bearer k-1",
    "openrouter,/base/chat/completions,Authorization,Bearer k-1",
    "deepseek,/base/chat/completions,Authorization,Bearer k-1",
    "groq,/base/chat/completions,Authorization,Bearer k-1",
    "responses,/base/responses,Authorization,Bearer k-1",
    "anthropic,/base/messages,x-api-key,k-1",
    "gemini,/base/models/scripted-1:streamGenerateContent?alt=sse,x-goog-api-key,k-1",
    "ollama,/base/api/chat,Authorization,Bearer k-1",
  })
  void each_kind_asks_its_service_in_its_place_with_its_key(
      String kind, String uri, String header, String value) throws Exception {
    ScriptedService service = serve(Recording.error(418, "no", Map.of()));

    RecordingListener heard = ask(kind, service);

    assertThat(heard.failure()).isEqualTo(new Failure.ProviderError("mine", 418, "no", null));
    ScriptedService.Received received = service.received().getFirst();
    assertThat(received.uri()).isEqualTo(uri);
    assertThat(received.headers().get(header)).isEqualTo(value);
  }

  /// Such a service repeats the whole answer in its last event.
  @Test
  void an_event_may_be_as_answeras_an_answer() throws Exception {
    String part = "x".repeat(100_000);
    Recording answer = Recording.stream();
    for (int i = 0; i < 11; i++) {
      String delta = "{\"type\":\"response.output_text.delta\",\"delta\":\"" + part + "\"}";
      answer = answer.send("data: " + delta + "\n\n");
    }
    String last =
        """
        data: {"type":"response.completed","response":{"status":"completed","output":[\
        {"type":"message","content":[{"type":"output_text","text":"%s"}]}],\
        "usage":{"input_tokens":1,"output_tokens":2}}}

        """
            .formatted(part.repeat(11));

    RecordingListener heard = ask("responses", serve(answer.send(last).end()));

    assertThat(heard.reply().text()).hasSize(1_100_000);
    assertThat(heard.reply().usage()).isEqualTo(new Usage(1, 2, 0));
  }

  private ScriptedService serve(Recording recording) throws Exception {
    return ScriptedService.listen(vertx, asked -> recording)
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  private RecordingListener ask(String kind, ScriptedService service) throws IOException {
    ProviderSettings settings = provider(kind, service.url() + "/base");
    ProviderClient client =
        new ProviderClients(vertx, InstantSource.system())
            .of("mine", settings)
            .open(Objects.requireNonNull(ProviderClients.key(settings)));
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(Requests.ask("?"), heard));
    return heard;
  }

  private ProviderSettings provider(String kind, String baseUrl) throws IOException {
    Path file = directory.resolve("server.yaml");
    Files.writeString(
        file,
        "defaults: {provider: mine}\nproviders: {mine: {kind: %s, baseUrl: '%s', apiKey: '${env:KEY}'}}"
            .formatted(kind, baseUrl));
    ServerConfig config =
        new ConfigLoader(Map.of("KEY", "k-1"))
            .load(ServerConfig.class, Optional.of(file), List.of());
    assertThat(config.toString()).doesNotContain("k-1");
    return config.providers().values().iterator().next();
  }
}
