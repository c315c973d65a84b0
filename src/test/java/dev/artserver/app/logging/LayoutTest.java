package dev.artserver.app.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LayoutTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.006Z");

  @Test
  void text_is_one_line_of_keys_and_values() {
    LoggingEvent event = event("run ended");
    event.addKeyValuePair(new KeyValuePair("threadId", "t_1"));
    event.addKeyValuePair(new KeyValuePair("ms", 12L));
    event.addKeyValuePair(new KeyValuePair("why", "a \"b\"\nc"));

    String line = new TextLayout().doLayout(event);

    assertThat(line)
        .isEqualTo(
            "at=2026-01-02T03:04:05.006Z level=WARN logger=art.test message=\"run ended\""
                + " threadId=t_1 ms=12 why=\"a \\\"b\\\"\\nc\"\n");
  }

  @Test
  void json_is_one_object_with_the_keys_and_their_types() throws IOException {
    LoggingEvent event = event("run ended");
    event.addKeyValuePair(new KeyValuePair("threadId", "t_1"));
    event.addKeyValuePair(new KeyValuePair("ms", 12L));
    event.addKeyValuePair(new KeyValuePair("message", "mine"));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    String line = new JsonLayout().doLayout(event);

    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(line).hasLineCount(1);
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("message").asText()).isEqualTo("run ended");
    assertThat(json.path("message_").asText()).isEqualTo("mine");
    assertThat(json.path("ms").isNumber()).isTrue();
    assertThat(json.path("nothing").isNull()).isTrue();
  }

  @Test
  void a_stack_trace_stays_on_the_entrys_line() {
    LoggingEvent event =
        new LoggingEvent(
            "", logger(), Level.ERROR, "broke", new IllegalStateException("a\nb"), null);

    String line = new TextLayout().doLayout(event);

    assertThat(line).hasLineCount(1).contains("error=\"java.lang.IllegalStateException: a\\nb\"");
    assertThat(line).contains("stack=", "LayoutTest");
  }

  private static LoggingEvent event(String message) {
    LoggingEvent event = new LoggingEvent("", logger(), Level.WARN, message, null, null);
    event.setInstant(AT);
    return event;
  }

  private static Logger logger() {
    return new LoggerContext().getLogger("art.test");
  }
}
