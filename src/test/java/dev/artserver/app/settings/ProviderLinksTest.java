package dev.artserver.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which keys there must be before a server starts.
class ProviderLinksTest {
  private static final Map<String, String> NONE = Map.of();
  private static final Map<String, String> SECRET =
      Map.of("ART_SECURITY_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

  @TempDir private Path directory;

  @Test
  void where_threads_may_bring_keys_a_provider_needs_none_of_its_own() throws IOException {
    Path file = file("providers: {demo: {kind: anthropic}, other: {kind: groq}}");

    ServerConfig config = load(file, SECRET);

    assertThat(config.providers()).containsOnlyKeys("demo", "other");
  }

  @Test
  void where_threads_may_bring_none_every_provider_without_a_key_is_refused() throws IOException {
    Path file =
        file(
            "providers: {demo: {kind: anthropic}, other: {kind: groq, fallbacks: [demo, nobody]}}");

    ConfigException refused = refusal(file, NONE);

    assertThat(refused.faults())
        .containsExactly(
            file
                + ": providers.demo.apiKey must be given for kind anthropic without a baseUrl, got"
                + " nothing",
            file
                + ": providers.other.apiKey must be given for kind groq without a baseUrl, got"
                + " nothing",
            file + ": providers.other.fallbacks must name other providers (demo), got nobody");
  }

  @Test
  void a_fallback_needs_a_key_of_its_own_since_those_of_threads_do_not_go_there()
      throws IOException {
    Path file = file("providers: {demo: {fallbacks: [other/m]}, other: {kind: groq}}");

    ConfigException refused = refusal(file, SECRET);

    assertThat(refused.faults())
        .containsExactly(
            file
                + ": providers.demo.fallbacks must name providers with an apiKey of their own, got"
                + " other/m");
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(directory.resolve("server.yaml"), yaml);
  }

  private static ServerConfig load(Path file, Map<String, String> environment) {
    return new ConfigLoader(environment).load(ServerConfig.class, Optional.of(file), List.of());
  }

  private static ConfigException refusal(Path file, Map<String, String> environment) {
    return catchThrowableOfType(ConfigException.class, () -> load(file, environment));
  }
}
