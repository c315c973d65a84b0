package dev.artserver.deploy;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.settings.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The configuration of a server as it would start with a file and an environment. Unknown keys and
/// variables fail.
final class Settings {
  /// 32 bytes in base64.
  static final String SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  private Settings() {}

  static ServerConfig load(Optional<Path> file, Map<String, String> environment) {
    return new ConfigLoader(environment).load(ServerConfig.class, file, List.of());
  }
}
