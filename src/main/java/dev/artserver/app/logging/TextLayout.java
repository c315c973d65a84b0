package dev.artserver.app.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;

/// `key=value` pairs on one line (logfmt); a value with anything but plain characters is quoted.
final class TextLayout extends LayoutBase<ILoggingEvent> {
  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    LogEntry.fields(event)
        .forEach((key, value) -> {
          line.append(line.isEmpty() ? "" : " ").append(key).append('=');
          value(line, String.valueOf(value));
        });
    return line.append('\n').toString();
  }

  private static void value(StringBuilder line, String value) {
    if (!value.isEmpty() && value.chars().allMatch(TextLayout::plain)) {
      line.append(value);
      return;
    }
    line.append('"');
    value.chars().forEach(character -> quoted(line, (char) character));
    line.append('"');
  }

  private static boolean plain(int character) {
    return character > ' '
        && character != '"'
        && character != '='
        && !Character.isISOControl(character);
  }

  private static void quoted(StringBuilder line, char character) {
    switch (character) {
      case '"', '\\' -> line.append('\\').append(character);
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (Character.isISOControl(character)) {
          line.append(String.format("\\u%04x", (int) character));
        } else {
          line.append(character);
        }
      }
    }
  }
}
