package dev.artserver.agent;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds JSON objects in what a model wrote: between fences, after prose, behind thoughts. The text
/// is parsed as it is, so fences inside strings do no harm. Common mistakes of models (raw line
/// breaks, trailing commas, comments, odd escapes) are accepted.
final class JsonSearch {
  private static final ObjectReader LENIENT =
      JsonMapper.builder()
          .enable(
              JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
              JsonReadFeature.ALLOW_TRAILING_COMMA,
              JsonReadFeature.ALLOW_JAVA_COMMENTS,
              JsonReadFeature.ALLOW_SINGLE_QUOTES,
              JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .build()
          .readerFor(JsonNode.class);

  /// Characters that may be parsed, as a multiple of the text's length: a text full of braces costs
  /// no more than that.
  private static final int EFFORT = 8;

  private JsonSearch() {}

  /// The first object in `text` that is `wanted`, outer ones before those inside them; null: none.
  static @Nullable ObjectNode find(String text, Predicate<ObjectNode> wanted) {
    char[] chars = text.toCharArray();
    long left = (long) EFFORT * chars.length;
    int from = text.indexOf('{');
    while (from >= 0 && left > 0) {
      Attempt attempt = attempt(chars, from);
      if (attempt.node() instanceof ObjectNode object && wanted.test(object)) {
        return object;
      }
      left -= Math.max(1, attempt.read());
      from = text.indexOf('{', from + 1);
    }
    return null;
  }

  private static Attempt attempt(char[] chars, int from) {
    int length = chars.length - from;
    try (JsonParser parser = LENIENT.createParser(chars, from, length)) {
      JsonNode node = LENIENT.readTree(parser);
      return new Attempt(node, parser.currentLocation().getCharOffset());
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return new Attempt(null, at == null ? length : at.getCharOffset());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param node the JSON found, or null
  /// @param read characters parsed to find out
  private record Attempt(@Nullable JsonNode node, long read) {}
}
