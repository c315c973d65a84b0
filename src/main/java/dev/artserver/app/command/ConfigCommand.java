package dev.artserver.app.command;

import dev.artserver.app.config.ConfigDocument;
import dev.artserver.app.settings.ServerConfig;
import java.util.List;

/// Shows what can be configured, with every default: the text of `conf/server.yaml`.
public final class ConfigCommand {
  private static final List<String> PREFACE =
      List.of(
          "Every key of the server's configuration with its default. A file of your own needs only",
          "what differs; give it with: ./art serve --config FILE",
          "",
          "Durations: 500ms, 30s, 5m, 24h, 7d. Sizes: 512B, 16KB, 50MB, 1GB; one KB is 1,024 bytes.",
          "A variable of the environment wins over the file: ART_ and the key's path in capitals,",
          "so pool.queueTimeout is ART_POOL_QUEUE_TIMEOUT and providers.demo.parallelMax is",
          "ART_PROVIDERS_DEMO_PARALLEL_MAX; lists are separated by commas. Secrets stand here only",
          "as references: ${env:NAME}. More: docs/configuration.md");

  private ConfigCommand() {}

  public static String document() {
    return ConfigDocument.of(ServerConfig.class, PREFACE);
  }
}
