package dev.artserver.http.exchange;

import dev.artserver.model.Operation;
import dev.artserver.model.ThreadId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// What an `Idempotency-Key` stands for.
public final class Idempotency {
  /// 132 bits: as hard to meet by chance as an id the server makes.
  private static final int ID_CHARS = 22;

  private Idempotency() {}

  /// The operation of a request; the same request gives the same one.
  public static Operation operation(String key, String... asked) {
    MessageDigest digest = sha256();
    for (String part : asked) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    return new Operation(key, encoded(digest.digest()));
  }

  /// The thread a request with this key makes when it does not choose one: always the same, so that
  /// a repeat reaches it.
  public static ThreadId thread(String key) {
    byte[] hash = sha256().digest(key.getBytes(StandardCharsets.UTF_8));
    return new ThreadId("t_" + encoded(hash).substring(0, ID_CHARS));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
