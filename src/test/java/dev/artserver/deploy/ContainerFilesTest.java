package dev.artserver.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The `Dockerfile` and `compose.yaml` against the files they copy and the keys of `ServerConfig`.
/// Nothing here builds an image.
class ContainerFilesTest {
  private final Dockerfile image = Dockerfile.read();
  private final ObjectNode compose = Kustomization.read(Path.of("compose.yaml"));

  @Test
  void the_image_is_built_of_files_that_exist() {
    List<String> copied =
        image.instructions().stream()
            .filter(one -> one.word().equals("COPY") && !one.rest().startsWith("--from="))
            .map(Dockerfile.Instruction::rest)
            .toList();

    assertThat(copied).isNotEmpty();
    for (String line : copied) {
      String[] words = line.split(" ");
      for (int i = 0; i < words.length - 1; i++) {
        assertThat(Path.of(words[i])).as(line).matches(Files::exists);
      }
    }
  }

  @Test
  void the_image_runs_the_script_as_no_root_and_without_a_shell_before_it() {
    assertThat(image.words("ENTRYPOINT")).containsExactly("/opt/art/art");
    assertThat(image.words("CMD")).containsExactly("serve");
    assertThat(Integer.parseInt(image.user())).isGreaterThan(1_000);
    assertThat(image.last("STOPSIGNAL")).containsExactly("SIGTERM");
  }

  @Test
  void the_images_variables_are_keys_and_its_ports_are_the_defaults() {
    ServerConfig config = Settings.load(Optional.empty(), image.environment());

    assertThat(image.last("EXPOSE"))
        .containsExactly(config.server().port() + " " + config.server().managementPort());
    assertThat(image.last("VOLUME")).containsExactly(config.store().directory().toString());
  }

  @Test
  void compose_starts_a_server_on_its_postgresql_and_shows_the_api_to_this_machine_only() {
    JsonNode server = compose.at("/services/art");
    Map<String, String> environment = new HashMap<>(image.environment());
    server
        .path("environment")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    // Compose would put in what its caller has.
    environment.put("ART_SECRET_KEY", Settings.SECRET_KEY);
    String mounted = server.at("/volumes/0").asText();
    String[] parts = mounted.split(":");

    ServerConfig config = Settings.load(Optional.of(Path.of(parts[0])), environment);

    assertThat(server.at("/command").toString())
        .isEqualTo("[\"serve\",\"--config\",\"" + parts[1] + "\"]");
    assertThat(config.store().kind()).isEqualTo(ServerConfig.StoreKind.POSTGRES);
    assertThat(config.store().postgres().url()).startsWith("postgresql://postgres:");
    assertThat(compose.at("/services").has("postgres")).isTrue();
    assertThat(server.at("/ports").toString())
        .isEqualTo("[\"127.0.0.1:8080:" + config.server().port() + "\"]");
    long grace = Long.parseLong(server.path("stop_grace_period").asText().replace("s", ""));
    assertThat(grace).isGreaterThan(config.server().shutdownGrace().toSeconds());
  }
}
