package dev.artserver.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.settings.ServerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PlatformTest {
  /// Java's own selector costs up to half a millisecond of a core for each timer that fires.
  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void on_linux_event_loops_wait_with_the_kernels_epoll() throws Exception {
    ServerConfig config =
        new ConfigLoader(Map.of()).load(ServerConfig.class, Optional.empty(), List.of());
    Platform platform = new Platform(config.server(), Optional.empty());
    platform.start().await();
    try {
      assertThat(platform.vertx().isNativeTransportEnabled()).isTrue();
    } finally {
      platform.close().await();
    }
  }
}
