package dev.artserver.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LandmarksTest {
  /// Files that exist have an index with this text. When it changes, a migration must make the
  /// index anew; change the text here with it.
  @Test
  void queries_repeat_the_text_of_the_index_in_existing_files() {
    assertThat(Landmarks.SQL)
        .isEqualTo(
            "type IN ('message','run.queued','run.completed','run.failed','run.cancelled',"
                + "'run.interrupted')");
  }
}
