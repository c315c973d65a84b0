package dev.artserver.provider.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// A credential in memory. It prints as `***`; its fingerprint tells it from others.
public final class ApiKey {
  /// No credential at all.
  public static final ApiKey NONE = new ApiKey("");

  private final String value;
  private final String fingerprint;

  public ApiKey(String value) {
    this.value = value;
    this.fingerprint = sha256(value);
  }

  /// The credential itself, for the head of a request and nothing else.
  public String reveal() {
    return value;
  }

  /// SHA-256 of it. For tables in memory; never logged or shown, since short keys could be guessed
  /// from it.
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return "***";
  }

  private static String sha256(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
