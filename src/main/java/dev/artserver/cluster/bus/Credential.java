package dev.artserver.cluster.bus;

import dev.artserver.cluster.InstanceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What shows that a message is from an instance of this cluster: HMAC-SHA256 (RFC 2104) of the
/// cluster's name and the sender's id, keyed with the cluster's secret. It keeps strangers and
/// servers of other clusters out. It does not hide or protect what is sent: TLS does.
final class Credential {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final String cluster;

  Credential(String cluster, String secret) {
    this.cluster = cluster;
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  String of(InstanceId sender) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] proof = mac.doFinal((cluster + '\n' + sender).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /// Takes the same time wherever they differ.
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
