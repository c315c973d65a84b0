package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Setting;
import dev.artserver.provider.key.KeySafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// What keeps the secrets of threads.
///
/// @param secretKey absent: threads may not bring keys of their own
public record SecuritySettings(
    @Setting(
            about =
                "encrypts the API keys threads bring, which are refused without it: base64 of 32"
                    + " random bytes, as openssl rand -base64 32 makes them",
            example = "${env:ART_SECRET_KEY}")
        Optional<Secret> secretKey,
    @Setting(
            about =
                "those used before, with commas between them: keys sealed with them can still be"
                    + " read",
            example = "${env:ART_PREVIOUS_SECRET_KEYS}")
        Optional<Secret> previousSecretKeys) {
  public SecuritySettings {
    secretKey.ifPresent(secret -> bytes("secretKey", secret.reveal()));
    previousSecretKeys.ifPresent(secrets -> all("previousSecretKeys", secrets));
    require(
        secretKey.isPresent() || previousSecretKeys.isEmpty(),
        "secretKey must be given with previousSecretKeys, got nothing");
  }

  /// The secret that seals, and then those that only open; none when nothing is sealed.
  List<byte[]> secrets() {
    List<byte[]> secrets = new ArrayList<>();
    secretKey.ifPresent(secret -> secrets.add(bytes("secretKey", secret.reveal())));
    previousSecretKeys.ifPresent(more -> secrets.addAll(all("previousSecretKeys", more)));
    return secrets;
  }

  private static List<byte[]> all(String key, Secret secrets) {
    return Arrays.stream(secrets.reveal().split(",", -1))
        .map(secret -> bytes(key, secret.strip()))
        .toList();
  }

  /// Shows nothing of the value, not even of a wrong one.
  private static byte[] bytes(String key, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          key + " must be base64 of 32 bytes, got something that is not base64");
    }
    require(
        bytes.length == KeySafe.SECRET_BYTES,
        key + " must be base64 of 32 bytes, got " + bytes.length + " bytes");
    return bytes;
  }
}
