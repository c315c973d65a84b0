package dev.artserver.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.server.StartException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDirectoryTest {
  @TempDir private Path directory;

  @Test
  void a_directory_is_for_one_cluster_and_keeps_its_secret() {
    String secret;
    try (ClusterDirectory first = ClusterDirectory.open(directory)) {
      secret = first.secretKey(() -> "made");
      assertThatThrownBy(() -> ClusterDirectory.open(directory))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("is used by another cluster");
    }
    try (ClusterDirectory second = ClusterDirectory.open(directory)) {
      assertThat(second.secretKey(() -> "another")).isEqualTo(secret).isEqualTo("made");
    }
  }
}
