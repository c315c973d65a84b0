package dev.artserver.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.config.ByteSize;
import dev.artserver.app.config.ConfigLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The files for three sizes of a server.
class SizesTest {
  @ParameterizedTest
  @CsvSource({"small,20,50,100,10,300", "medium,100,30,500,20,120", "large,200,20,1000,50,60"})
  void each_size_loads_with_its_numbers(
      String size, int threads, int memoryMb, int queue, int parallel, int idleSeconds) {
    ServerConfig config =
        new ConfigLoader(Map.of())
            .load(ServerConfig.class, Optional.of(Path.of("conf", size + ".yaml")), List.of());

    ProviderSettings demo = Objects.requireNonNull(config.providers().get("demo"));
    assertThat(config.pool().maxConcurrentThreads()).isEqualTo(threads);
    assertThat(config.pool().maxMemoryPerThread()).isEqualTo(new ByteSize((long) memoryMb << 20));
    assertThat(config.pool().maxQueueSize()).isEqualTo(queue);
    assertThat(demo.parallelMax()).isEqualTo(parallel);
    assertThat(demo.idleTimeout()).isEqualTo(Duration.ofSeconds(idleSeconds));
    RoomConfigs rooms = new RoomConfigs(config);
    assertThat(rooms.pool().maxConcurrentThreads()).isEqualTo(threads);
    assertThat(rooms.threads().memoryMax()).isEqualTo((long) memoryMb << 20);
    assertThat(rooms.alerts().errorRate()).isEqualTo(0.05);
    assertThat(rooms.load().adaptive()).isFalse();
  }
}
