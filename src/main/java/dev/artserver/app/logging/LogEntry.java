package dev.artserver.app.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import dev.artserver.model.Excerpt;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// The fields of one log entry in the order they are written. A key of the entry's own that would
/// hide a standard field gets an underscore put after it.
final class LogEntry {
  /// Characters of a stack trace that are kept.
  private static final int STACK_MAX = 8_000;

  private LogEntry() {}

  static Map<String, @Nullable Object> fields(ILoggingEvent event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("at", event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        fields.put(fields.containsKey(pair.key) ? pair.key + "_" : pair.key, pair.value);
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      fields.put("error", thrown.getClassName() + ": " + thrown.getMessage());
      String stack = ThrowableProxyUtil.asString(thrown);
      fields.put("stack", Excerpt.head(stack, STACK_MAX));
    }
    return fields;
  }
}
