package dev.artserver.app.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.server.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedServerTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"memory", "file"})
  void changes_become_durable_without_http(String store) {
    EmbeddedServer embedded = new EmbeddedServer(new ConfigLoader(Map.of()));

    assertThat(embedded.updatesPerSecond(directory, store, 10, SHORT)).isPositive();
  }

  @Test
  void a_directory_in_use_is_refused() {
    EmbeddedServer embedded = new EmbeddedServer(new ConfigLoader(Map.of()));

    assertThatThrownBy(() -> embedded.updatesPerSecond(Path.of("/dev/null/x"), "file", 10, SHORT))
        .isInstanceOf(StartException.class);
  }
}
