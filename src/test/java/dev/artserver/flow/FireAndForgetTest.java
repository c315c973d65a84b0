package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FireAndForgetTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(FireAndForget.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void a_failure_is_logged_with_the_name_of_the_task() {
    FireAndForget.logged(Future.failedFuture("no"), "close a client");

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getKeyValuePairs().getFirst().value)
        .isEqualTo("close a client");
  }

  @Test
  void success_and_harmless_failures_are_not_logged() {
    FireAndForget.logged(Future.succeededFuture(), "close a client");
    FireAndForget.harmless(Future.failedFuture("no"), "the client is gone");

    assertThat(lines.list).isEmpty();
  }
}
