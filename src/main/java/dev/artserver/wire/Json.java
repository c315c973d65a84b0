package dev.artserver.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/// The JSON library as this room uses it.
final class Json {
  /// Deeper and longer than any request may be, so that what was logged can be read.
  private static final int NESTING_MAX = 2_000;

  private static final int STRING_CHARS_MAX = 256 * 1024 * 1024;

  static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING_MAX)
                          .maxStringLength(STRING_CHARS_MAX)
                          .build())
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                  .build())
          .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
          .build();

  private static final byte[] PATTERN =
      "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.ISO_8859_1);

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Json() {}

  /// ISO-8601 in UTC with exactly three decimals. Years of four digits, all that occur, are written
  /// by hand: a formatter costs ten times as much, and every fact has an instant.
  static String text(Instant instant) {
    LocalDateTime at = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    if (at.getYear() < 1_000 || at.getYear() > 9_999) {
      return MILLIS.format(instant);
    }
    byte[] text = PATTERN.clone();
    digits(text, 0, 4, at.getYear());
    digits(text, 5, 2, at.getMonthValue());
    digits(text, 8, 2, at.getDayOfMonth());
    digits(text, 11, 2, at.getHour());
    digits(text, 14, 2, at.getMinute());
    digits(text, 17, 2, at.getSecond());
    digits(text, 20, 3, instant.getNano() / 1_000_000);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void digits(byte[] text, int from, int count, int value) {
    int left = value;
    for (int i = from + count - 1; i >= from; i--) {
      text[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
  }

  /// The members of the object `bytes` holds; `IllegalArgumentException` when there is none.
  static Members members(byte[] bytes) {
    JsonNode node;
    try {
      node = MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
    if (node instanceof ObjectNode object) {
      return new Members(object);
    }
    throw new IllegalArgumentException("not a JSON object");
  }
}
