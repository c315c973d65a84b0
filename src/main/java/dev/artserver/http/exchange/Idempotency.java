package dev.artserver.http.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Caller;
import dev.artserver.model.OperationKey;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Operations and thread ids made of an `Idempotency-Key`.
public final class Idempotency {
  /// 132 bits: a collision is as unlikely as for an id that the server makes.
  private static final int ID_CHARS = 22;

  private Idempotency() {}

  /// @param kind of command, such as `run.start`
  /// @param asked what the client wrote, besides the thread and the key
  /// @param former parts of the earlier form of the fingerprint; keys stored by an earlier release
  ///   have it for 24 hours after an update
  public static OperationKey operation(
      Caller caller, String key, String kind, ThreadId thread, JsonNode asked, String... former) {
    return new OperationKey(
        OperationKey.id(caller, key), Fingerprint.of(kind, thread, asked), formerly(former));
  }

  private static String formerly(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    return encoded(digest.digest());
  }

  /// The thread a request with this key makes when it does not choose one: always the same for one
  /// caller, so that a retry reaches it.
  public static ThreadId thread(Caller caller, String key) {
    byte[] hash = sha256().digest(OperationKey.id(caller, key).getBytes(StandardCharsets.UTF_8));
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
