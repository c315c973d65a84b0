package dev.artserver.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps a cluster from being started, before any process is.
class ClusterCommandTest {
  @TempDir private Path directory;
  private final RunCommand command = new RunCommand();

  @Test
  void a_configuration_with_a_fault_is_wrong_use() {
    int code = run("--config", directory.resolve("none.yaml").toString());

    assertThat(code).isEqualTo(2);
    assertThat(command.err()).contains("none.yaml").hasLineCount(1);
  }

  @Test
  void a_database_that_is_none_is_refused() {
    int code = run("--postgres", "http://here", "--redis", "redis://localhost:6379");

    assertThat(code).isEqualTo(2);
    assertThat(command.err()).contains("store.postgres.url must be").hasLineCount(1);
  }

  @Test
  void a_redis_that_is_none_is_refused() {
    int code = run("--postgres", "postgresql://localhost/art", "--redis", "localhost");

    assertThat(code).isEqualTo(2);
    assertThat(command.err()).contains("urls must be").contains("localhost").hasLineCount(1);
  }

  @Test
  void a_directory_that_another_cluster_uses_is_refused() throws IOException {
    Path lock = Files.createDirectories(directory.resolve("data")).resolve("cluster.lock");
    try (FileChannel other =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock();

      int code = run();

      assertThat(code).isEqualTo(1);
      assertThat(command.err())
          .isEqualToIgnoringNewLines(
              "art: --data: " + directory.resolve("data") + " is used by another cluster");
    }
  }

  @Test
  void a_directory_that_is_a_file_is_refused() throws IOException {
    Files.createFile(directory.resolve("data"));

    int code = run();

    assertThat(code).isEqualTo(1);
    assertThat(command.err()).startsWith("art: --data: ").hasLineCount(1);
  }

  private int run(String... more) {
    String[] words = new String[more.length + 2];
    words[0] = "cluster";
    words[1] = "--data=" + directory.resolve("data");
    System.arraycopy(more, 0, words, 2, more.length);
    int code = command.run(Map.of(), words);
    assertThat(command.out()).isEmpty();
    return code;
  }
}
