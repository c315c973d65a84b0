package dev.artserver.wire;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.artserver.model.WholeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the members of JSON objects and leaves out nulls. For this room and its inner rooms.
public final class Fields {
  /// The constants of an enum in lower case.
  private static final ClassValue<Map<Enum<?>, String>> WORDS =
      new ClassValue<>() {
        @Override
        protected Map<Enum<?>, String> computeValue(Class<?> type) {
          return Arrays.stream(type.getEnumConstants())
              .map(one -> (Enum<?>) one)
              .collect(toUnmodifiableMap(one -> one, one -> one.name().toLowerCase(Locale.ROOT)));
        }
      };

  private final JsonGenerator json;

  Fields(JsonGenerator json) {
    this.json = json;
  }

  /// Writes the members of `value`.
  @FunctionalInterface
  public interface Body<T> {
    void write(Fields out, T value) throws IOException;
  }

  /// `value` as one object, in UTF-8. It is written to the library's recycled buffer first, as
  /// `ObjectMapper` does, so that only the bytes themselves are allocated.
  public static <T> byte[] bytes(T value, Body<T> body) {
    BufferRecycler room = Json.MAPPER.getFactory()._getBufferRecycler();
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(room)) {
      try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
        new Fields(json).object(value, body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.getClearAndRelease();
    } finally {
      room.releaseToPool();
    }
  }

  /// `value` as a new tree.
  public static <T> ObjectNode node(T value, Body<T> body) {
    try (TokenBuffer tokens = new TokenBuffer(Json.MAPPER, false)) {
      new Fields(tokens).object(value, body);
      return Json.MAPPER.readTree(tokens.asParser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public <T> void object(T value, Body<T> body) throws IOException {
    json.writeStartObject();
    body.write(this, value);
    json.writeEndObject();
  }

  public <T> void object(String name, @Nullable T value, Body<T> body) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      object(value, body);
    }
  }

  public <T> void objects(String name, List<T> values, Body<T> body) throws IOException {
    json.writeArrayFieldStart(name);
    for (T value : values) {
      object(value, body);
    }
    json.writeEndArray();
  }

  public void texts(String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(WholeText.of(value));
    }
    json.writeEndArray();
  }

  /// Half a surrogate pair is written as U+FFFD: it has no UTF-8, and a tool or a model's JSON may
  /// produce one.
  public void text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, WholeText.of(value));
    }
  }

  public void number(String name, long value) throws IOException {
    json.writeNumberField(name, value);
  }

  public void flag(String name, boolean value) throws IOException {
    json.writeBooleanField(name, value);
  }

  public void word(String name, @Nullable Enum<?> value) throws IOException {
    if (value != null) {
      json.writeStringField(name, lower(value));
    }
  }

  public void instant(String name, @Nullable Instant value) throws IOException {
    if (value != null) {
      json.writeStringField(name, Json.text(value));
    }
  }

  public void millis(String name, @Nullable Duration value) throws IOException {
    if (value != null) {
      json.writeNumberField(name, value.toMillis());
    }
  }

  public void tree(String name, @Nullable JsonNode value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeTree(value);
    }
  }

  /// Writes the members of `object` as they are.
  public void members(ObjectNode object) throws IOException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      tree(member.getKey(), member.getValue());
    }
  }

  static String lower(Enum<?> value) {
    String word = WORDS.get(value.getDeclaringClass()).get(value);
    if (word == null) {
      throw new IllegalStateException("no word for " + value);
    }
    return word;
  }
}
