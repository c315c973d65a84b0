package dev.artserver.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.config.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path root;

  @Test
  void a_directory_that_is_not_there_is_made_and_left_empty() {
    Path directory = root.resolve("a/b");

    DataDirectory.check(directory, new ByteSize(1));

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_file_in_its_place_is_refused() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> DataDirectory.check(file, new ByteSize(1)))
        .isInstanceOf(StartException.class)
        .hasMessage("store.directory: " + file + " cannot be used: it is not a directory");
  }

  @Test
  void a_place_where_nothing_can_be_made_is_refused() {
    Path directory = Path.of("/proc/art");

    assertThatThrownBy(() -> DataDirectory.check(directory, new ByteSize(1)))
        .isInstanceOf(StartException.class)
        .hasMessage("store.directory: /proc/art cannot be used: it cannot be made");
  }

  @Test
  void too_little_free_space_is_refused() {
    assertThatThrownBy(() -> DataDirectory.check(root, new ByteSize(Long.MAX_VALUE)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("store.freeSpaceMin: " + root + " must have at least");
  }
}
