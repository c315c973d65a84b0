package dev.artserver.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.store.postgres.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
  private final RunCommand command = new RunCommand();

  @Test
  void a_check_says_by_code_and_words_whether_there_is_something_to_do() {
    try (TestDatabase database = TestDatabase.of(MigrateCommandTest.class)) {
      Map<String, String> environment = new HashMap<>(Map.of("ART_STORE_KIND", "postgres"));
      environment.put("ART_STORE_POSTGRES_URL", database.config().url());
      environment.put("ART_STORE_POSTGRES_USER", database.options().getUser());
      environment.put("ART_STORE_POSTGRES_PASSWORD", database.options().getPassword());

      assertThat(command.run(environment, "migrate", "--check")).isEqualTo(3);
      assertThat(command.run(environment, "migrate")).isZero();
      assertThat(command.run(environment, "migrate", "--check")).isZero();
      assertThat(command.run(environment, "migrate")).isZero();

      assertThat(command.out().lines())
          .containsExactly(
              "to do: there are no tables; art migrate makes those of schema 1",
              "migrated from schema 0 to 1",
              "nothing to migrate: the tables are of schema 1",
              "nothing to migrate: the tables are of schema 1");
    }
  }

  @Test
  void a_database_that_is_away_is_one_line_and_1() {
    Map<String, String> environment =
        Map.of(
            "ART_STORE_KIND", "postgres", "ART_STORE_POSTGRES_URL", "postgresql://127.0.0.1:1/art");

    assertThat(command.run(environment, "migrate", "--check")).isEqualTo(1);
    assertThat(command.err())
        .hasLineCount(1)
        .startsWith("art: store.postgres: PostgreSQL at 127.0.0.1");
  }

  @Test
  void a_file_needs_no_command() {
    assertThat(command.run(Map.of(), "migrate")).isZero();
    assertThat(command.out()).contains("when the server starts");
  }
}
