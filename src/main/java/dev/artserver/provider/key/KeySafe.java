package dev.artserver.provider.key;

import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Encrypts the credentials of threads before they are stored, and decrypts them for a call:
/// AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. The thread and the provider are
/// part of what is authenticated, so a sealed key that is copied to another thread, or meant for
/// another provider, does not open. Safe to use from any thread.
public final class KeySafe {
  /// Bytes of a key to seal with.
  public static final int SECRET_BYTES = 32;

  /// Seals and opens nothing.
  public static final KeySafe NONE = new KeySafe(List.of(), new SecureRandom());

  private static final String FORM = SealedKey.PREFIX + "v1:";

  /// Stands for the provider of a key whose provider is not known yet. No provider has this name.
  private static final String NO_PROVIDER = "";

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final List<SecretKeySpec> secrets;
  private final SecureRandom random;

  /// @param secrets of 32 bytes each; the first one seals, all of them open
  public KeySafe(List<byte[]> secrets, SecureRandom random) {
    for (byte[] secret : secrets) {
      if (secret.length != SECRET_BYTES) {
        throw new IllegalArgumentException("a secret must have 32 bytes, got " + secret.length);
      }
    }
    this.secrets = secrets.stream().map(secret -> new SecretKeySpec(secret, "AES")).toList();
    this.random = random;
  }

  /// Whether it has a secret to seal with.
  public boolean canSeal() {
    return !secrets.isEmpty();
  }

  /// Seals a key whose provider is not known yet, so that it can travel to the thread's owner.
  /// `bind` makes it one of a provider; no call opens it before. Only when `canSeal`.
  public SealedKey seal(ThreadId thread, ApiKey key) {
    return seal(thread, NO_PROVIDER, key);
  }

  /// The same key, sealed for `provider`; null when `seal` did not seal it for this thread with a
  /// secret that is here. Only when `canSeal`.
  public @Nullable SealedKey bind(ThreadId thread, String provider, SealedKey unbound) {
    ApiKey key = open(thread, NO_PROVIDER, unbound);
    return key == null ? null : seal(thread, provider, key);
  }

  /// Only when `canSeal`.
  public SealedKey seal(ThreadId thread, String provider, ApiKey key) {
    byte[] sealed = new byte[NONCE_BYTES];
    random.nextBytes(sealed);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, secrets.getFirst(), thread, provider, sealed);
      byte[] text = cipher.doFinal(key.reveal().getBytes(StandardCharsets.UTF_8));
      sealed = Arrays.copyOf(sealed, NONCE_BYTES + text.length);
      System.arraycopy(text, 0, sealed, NONCE_BYTES, text.length);
      return new SealedKey(FORM + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /// The credential; null when it was sealed with a secret that is not here, for another thread or
  /// provider, or was altered.
  public @Nullable ApiKey open(ThreadId thread, String provider, SealedKey sealed) {
    byte[] bytes = bytes(sealed.text());
    if (bytes.length <= NONCE_BYTES) {
      return null;
    }
    for (SecretKeySpec secret : secrets) {
      try {
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, secret, thread, provider, bytes);
        byte[] key = cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        return new ApiKey(new String(key, StandardCharsets.UTF_8));
      } catch (AEADBadTagException other) {
        // Sealed with another secret: the next one is tried.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has AES-GCM", e);
      }
    }
    return null;
  }

  /// @param bytes beginning with the nonce
  private static Cipher cipher(
      int mode, SecretKeySpec secret, ThreadId thread, String provider, byte[] bytes)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES));
    // Neither may hold a line break.
    cipher.updateAAD((thread.value() + '\n' + provider).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] bytes(String text) {
    try {
      return text.startsWith(FORM)
          ? Base64.getUrlDecoder().decode(text.substring(FORM.length()))
          : new byte[0];
    } catch (IllegalArgumentException damaged) {
      return new byte[0];
    }
  }
}
