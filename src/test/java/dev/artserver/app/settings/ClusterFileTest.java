package dev.artserver.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.config.Secret;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The file for an instance of a cluster.
class ClusterFileTest {
  private static final Map<String, String> SECRETS =
      Map.of(
          "ART_POSTGRES_PASSWORD",
          "of postgres",
          "ART_REDIS_PASSWORD",
          "of redis",
          "ART_CLUSTER_SECRET",
          "of sixteen or more",
          "ART_SECRET_KEY",
          Base64.getEncoder().encodeToString(new byte[32]));

  @Test
  void it_loads_with_its_secrets() {
    ServerConfig config = load(SECRETS);

    assertThat(config.store().kind()).isEqualTo(ServerConfig.StoreKind.POSTGRES);
    assertThat(config.store().postgres().password().map(Secret::reveal)).contains("of postgres");
    assertThat(config.redis().password().map(Secret::reveal)).contains("of redis");
    assertThat(config.cluster().enabled()).isTrue();
    assertThat(config.cluster().secret().map(Secret::reveal)).contains("of sixteen or more");
    assertThat(config.cluster().members())
        .hasSize(3)
        .contains(config.cluster().host() + ":" + config.cluster().port());
    assertThat(config.security().secretKey()).isPresent();
  }

  @Test
  void it_names_each_secret_that_is_missing() {
    for (String missing : SECRETS.keySet()) {
      Map<String, String> others = new HashMap<>(SECRETS);
      others.remove(missing);

      assertThatThrownBy(() -> load(others))
          .isInstanceOfSatisfying(
              ConfigException.class,
              refused -> assertThat(refused.faults()).anyMatch(fault -> fault.contains(missing)));
    }
  }

  private static ServerConfig load(Map<String, String> environment) {
    return new ConfigLoader(environment)
        .load(ServerConfig.class, Optional.of(Path.of("conf/cluster.yaml")), List.of());
  }
}
