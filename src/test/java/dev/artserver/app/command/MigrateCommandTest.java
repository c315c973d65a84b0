package dev.artserver.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.artserver.app.logging.Logging;
import dev.artserver.store.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void a_check_says_by_code_and_words_whether_there_is_something_to_do() {
    try (TestDatabase database = TestDatabase.of(MigrateCommandTest.class)) {
      Map<String, String> environment = new HashMap<>(Map.of("ART_STORE_KIND", "postgres"));
      environment.put("ART_STORE_POSTGRES_URL", database.config().url());
      environment.put("ART_STORE_POSTGRES_USER", database.options().getUser());
      environment.put("ART_STORE_POSTGRES_PASSWORD", database.options().getPassword());

      assertThat(run(environment, "migrate", "--check")).isEqualTo(3);
      assertThat(run(environment, "migrate")).isZero();
      assertThat(run(environment, "migrate", "--check")).isZero();
      assertThat(run(environment, "migrate")).isZero();

      assertThat(text(out).lines())
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

    assertThat(run(environment, "migrate", "--check")).isEqualTo(1);
    assertThat(text(err))
        .hasLineCount(1)
        .startsWith("art: store.postgres: PostgreSQL at 127.0.0.1");
  }

  @Test
  void a_file_needs_no_command() {
    assertThat(run(Map.of(), "migrate")).isZero();
    assertThat(text(out)).contains("when the server starts");
  }

  private int run(Map<String, String> environment, String... words) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Commands(
            MigrateCommandTest.class,
            console,
            environment,
            new Logging(new LoggerContext()),
            _ -> new FakeServer(),
            _ -> () -> {})
        .run(List.of(words));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
