package dev.artserver.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"art-1", "art-2", "art-3"})
  void compose_starts_three_instances_on_one_postgresql_and_one_redis(String name) {
    JsonNode server = compose.at("/services/" + name);
    JsonNode common = compose.path("x-server");
    Map<String, String> environment = new HashMap<>(image.environment());
    for (JsonNode variables : List.of(compose.path("x-environment"), server.path("environment"))) {
      variables
          .properties()
          .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    }
    environment.remove("<<");
    // Compose would put in what its caller has.
    environment.put("ART_SECRET_KEY", Settings.SECRET_KEY);
    String[] parts = common.at("/volumes/0").asText().split(":");

    ServerConfig config = Settings.load(Optional.of(Path.of(parts[0])), environment);

    assertThat(common.at("/command").toString())
        .isEqualTo("[\"serve\",\"--config\",\"" + parts[1] + "\"]");
    assertThat(config.store().postgres().url()).startsWith("postgresql://postgres:");
    assertThat(config.redis().urls()).containsExactly("redis://redis:6379");
    assertThat(config.cluster().enabled()).isTrue();
    assertThat(config.cluster().host())
        .isEqualTo(server.at("/networks/inside/ipv4_address").asText());
    assertThat(config.cluster().members())
        .hasSize(3)
        .contains(config.cluster().host() + ":" + config.cluster().port());
    assertThat(server.has("ports")).as("only the proxy is reached from outside").isFalse();
    long grace = Long.parseLong(common.path("stop_grace_period").asText().replace("s", ""));
    assertThat(grace).isGreaterThan(config.server().shutdownGrace().toSeconds());
  }

  @Test
  void the_proxy_shows_the_api_to_this_machine_only_and_knows_every_instance() throws IOException {
    JsonNode proxy = compose.at("/services/proxy");
    String configuration = Files.readString(Path.of(proxy.at("/volumes/0").asText().split(":")[0]));

    assertThat(proxy.at("/ports").toString()).isEqualTo("[\"127.0.0.1:8080:8080\"]");
    for (String name : List.of("art-1", "art-2", "art-3")) {
      assertThat(configuration)
          .contains(
              "server "
                  + name
                  + " "
                  + compose.at("/services/" + name + "/networks/inside/ipv4_address").asText()
                  + ":8080");
    }
  }
}
