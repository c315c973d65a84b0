package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ThreadId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/// Digest of a client's request. The same request has the same digest over REST and WebSocket.
///
/// It covers the members as the client wrote them, without defaults: a default that changes between
/// a request and its retry must not make the retry another request. The order of members and the
/// space between them do not matter.
public final class Fingerprint {
  /// Digests of an earlier form have no mark, and other characters than a digest has.
  private static final String FORM = "2:";

  private final MessageDigest digest;

  private Fingerprint(MessageDigest digest) {
    this.digest = digest;
  }

  /// @param kind of command, such as `run.start`
  /// @param asked what the client wrote, besides the thread and the key
  public static String of(String kind, ThreadId thread, JsonNode asked) {
    Fingerprint fingerprint = new Fingerprint(sha256());
    fingerprint.text('k', kind);
    fingerprint.text('i', thread.value());
    fingerprint.value(asked);
    return FORM
        + Base64.getUrlEncoder().withoutPadding().encodeToString(fingerprint.digest.digest());
  }

  /// Each value begins with a letter for its type, and says its length, so that no two different
  /// requests feed the digest the same bytes.
  private void value(JsonNode value) {
    switch (value.getNodeType()) {
      case OBJECT -> {
        head('o', value.size());
        Map<String, JsonNode> sorted = new TreeMap<>();
        value.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        sorted.forEach((name, member) -> {
          text('m', name);
          value(member);
        });
      }
      case ARRAY -> {
        head('a', value.size());
        value.forEach(this::value);
      }
      case STRING -> text('s', value.textValue());
      case NUMBER -> text('n', value.asText());
      case BOOLEAN -> head('b', value.booleanValue() ? 1 : 0);
      case NULL, MISSING -> head('0', 0);
      case BINARY, POJO -> throw new IllegalArgumentException("not read from JSON");
    }
  }

  private void text(char type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    head(type, bytes.length);
    digest.update(bytes);
  }

  private void head(char type, int number) {
    digest.update((byte) type);
    digest.update((byte) (number >>> 24));
    digest.update((byte) (number >>> 16));
    digest.update((byte) (number >>> 8));
    digest.update((byte) number);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
