package dev.artserver.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.config.Secret;
import dev.artserver.app.settings.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeysTest {
  private static final String GIVEN_KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHER_KEY =
      Base64.getEncoder()
          .encodeToString("a key of thirty-two bytes, other".getBytes(StandardCharsets.UTF_8));
  private static final String SECRET = "known to all instances";

  private final ClusterPorts ports =
      new ClusterPorts(8081, 9002, 5701, 5702, List.of("127.0.0.1:5701", "127.0.0.1:5703"));

  @TempDir private Path directory;

  @Test
  void an_instance_reads_from_its_environment_what_was_checked() {
    ClusterKeys keys = new ClusterKeys(plan(Optional.empty(), Map.of("PATH", "/bin")), SECRET);
    keys.usePostgres(5433);
    keys.useRedis(6380);

    ServerConfig checked = keys.check(ports, GIVEN_KEY);
    Map<String, String> environment = keys.environment(ports);
    ServerConfig read =
        new ConfigLoader(environment).load(ServerConfig.class, Optional.empty(), List.of());

    assertThat(read).usingRecursiveComparison().isEqualTo(checked);
    assertThat(environment).containsEntry("PATH", "/bin");
    assertThat(read.server().port()).isEqualTo(8081);
    assertThat(read.server().managementPort()).isEqualTo(9002);
    assertThat(read.store().kind()).isEqualTo(ServerConfig.StoreKind.POSTGRES);
    assertThat(read.store().postgres().url()).isEqualTo("postgresql://127.0.0.1:5433/postgres");
    assertThat(read.redis().urls()).containsExactly("redis://127.0.0.1:6380");
    assertThat(read.cluster().enabled()).isTrue();
    assertThat(read.cluster().port()).isEqualTo(5701);
    assertThat(read.cluster().busPort()).isEqualTo(5702);
    assertThat(read.cluster().members()).isEqualTo(ports.members());
    assertThat(read.cluster().secret().map(Secret::reveal)).contains(SECRET);
    assertThat(read.security().secretKey().map(Secret::reveal)).contains(GIVEN_KEY);
  }

  @Test
  void the_file_lies_below_the_keys_of_the_cluster() throws IOException {
    Path file =
        file(
            """
            server:
              port: 1234
              shutdownGrace: 3s
            store:
              kind: file
            """);
    ClusterKeys keys = new ClusterKeys(plan(Optional.of(file), Map.of()), SECRET);

    ServerConfig checked = keys.check(ports, GIVEN_KEY);

    assertThat(checked.server().port()).isEqualTo(8081);
    assertThat(checked.store().kind()).isEqualTo(ServerConfig.StoreKind.POSTGRES);
    assertThat(checked.server().shutdownGrace()).hasSeconds(3);
  }

  @Test
  void a_key_that_the_configuration_has_is_kept() throws IOException {
    Path file =
        file(
            """
            security:
              secretKey: ${env:MINE}
            """);
    ClusterKeys keys = new ClusterKeys(plan(Optional.of(file), Map.of("MINE", OTHER_KEY)), SECRET);

    ServerConfig checked = keys.check(ports, GIVEN_KEY);

    assertThat(checked.security().secretKey().map(Secret::reveal)).contains(OTHER_KEY);
    assertThat(keys.environment(ports)).doesNotContainKey("ART_SECURITY_SECRET_KEY");
  }

  @Test
  void services_that_are_given_are_used() {
    ClusterPlan plan =
        new ClusterPlan(
            1,
            0,
            directory,
            Optional.empty(),
            Optional.of("postgresql://db/art"),
            Optional.of("redis://cache:6379"),
            List.of(),
            Map.of(),
            "Main");
    ClusterKeys keys = new ClusterKeys(plan, SECRET);

    ServerConfig checked = keys.check(ports, GIVEN_KEY);

    assertThat(checked.store().postgres().url()).isEqualTo("postgresql://db/art");
    assertThat(checked.store().postgres().user()).isEqualTo("art");
    assertThat(checked.redis().urls()).containsExactly("redis://cache:6379");
  }

  @Test
  void a_fault_of_the_file_is_told() throws IOException {
    Path file = file("pool:\n  maxConcurrentThreads: none\n");
    ClusterKeys keys = new ClusterKeys(plan(Optional.of(file), Map.of()), SECRET);

    assertThatThrownBy(() -> keys.check(ports, GIVEN_KEY))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.faults())
                    .singleElement()
                    .asString()
                    .contains("pool.maxConcurrentThreads must be a whole number"));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("art.yaml"), text);
  }

  private ClusterPlan plan(Optional<Path> config, Map<String, String> environment) {
    return new ClusterPlan(
        2,
        8080,
        directory,
        config,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        environment,
        "Main");
  }
}
