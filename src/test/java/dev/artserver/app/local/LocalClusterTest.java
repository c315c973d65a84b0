package dev.artserver.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.Main;
import dev.artserver.app.server.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Real processes with a PostgreSQL and a Redis of their own.
@Timeout(180)
class LocalClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final Queue<String> ended = new ConcurrentLinkedQueue<>();

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_instance_can_be_held_and_killed_and_another_started() {
    try (LocalCluster cluster = cluster(Map.of())) {
      cluster.start();
      cluster.awaitReady();
      Instance first = cluster.instances().getFirst();

      first.suspend();
      Awaitility.await().atMost(SOON).until(() -> state(first).equals("T"));
      first.resume();
      Awaitility.await().atMost(SOON).until(first::isReady);

      Instance second = cluster.startAnother();
      first.kill();
      cluster.awaitReady(List.of(second));

      assertThat(second.number()).isEqualTo(2);
      assertThat(second.port()).isNotEqualTo(first.port());
      assertThat(first.isAlive()).isFalse();

      second.terminate();
      assertThat(second.endsWithin(SOON)).isTrue();
      Awaitility.await().atMost(SOON).until(() -> ended.size() == 2);
      assertThat(ended).containsExactly("1: 137", "2: 0");
    }
  }

  @Test
  void an_instance_that_does_not_start_is_told_with_its_log_and_the_rest_is_ended() {
    LocalCluster cluster = cluster(Map.of("ART_STORE_POSTGRES_MIGRATE", "false"));
    try (cluster) {
      cluster.start();

      assertThatThrownBy(cluster::awaitReady)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("instance 1 has ended: ")
          .hasMessageContaining("art migrate")
          .hasMessageContaining("instance-1.log");
    }
    assertThat(cluster.instances()).noneMatch(Instance::isAlive);
    assertThat(directory.resolve("instance-1.log")).content().contains("art migrate");
    assertThatThrownBy(cluster::startAnother).isInstanceOf(StartException.class);
  }

  private LocalCluster cluster(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(more);
    ClusterPlan plan =
        new ClusterPlan(
            1,
            0,
            directory,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            environment,
            Main.class.getName());
    return new LocalCluster(
        plan, new SecureRandom(), (instance, code) -> ended.add(instance.number() + ": " + code));
  }

  /// A letter: `T` is held.
  private static String state(Instance instance) {
    try {
      String all = Files.readString(Path.of("/proc/" + instance.pid() + "/stat"));
      return all.substring(all.lastIndexOf(')') + 2).substring(0, 1);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
