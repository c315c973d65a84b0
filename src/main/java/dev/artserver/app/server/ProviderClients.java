package dev.artserver.app.server;

import dev.artserver.app.config.Secret;
import dev.artserver.app.settings.ProviderSettings;
import dev.artserver.provider.anthropic.AnthropicProtocol;
import dev.artserver.provider.demo.DemoClient;
import dev.artserver.provider.demo.DemoConfig;
import dev.artserver.provider.gemini.GeminiProtocol;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.Clients;
import dev.artserver.provider.ollama.OllamaProtocol;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.responses.ResponsesProtocol;
import dev.artserver.provider.wire.Protocol;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.ServiceConfig;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What makes the clients of each configured provider, by its kind.
final class ProviderClients {
  /// The longest line of a stream, in bytes: one may hold a whole answer with each of its
  /// characters escaped, in six bytes, and the request's instructions and tools beside it.
  private static final int LINE_MAX = 32 << 20;

  /// The largest answer, in characters.
  private static final int ANSWER_MAX = 4 << 20;

  /// Words of an answer of the demo model.
  private static final int DEMO_WORDS = 30;

  private final Vertx vertx;
  private final InstantSource clock;

  ProviderClients(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  /// Throws `IllegalArgumentException` for a service that cannot be one.
  Clients of(String name, ProviderSettings provider) {
    return switch (provider.kind()) {
      case DEMO -> {
        DemoConfig demo = new DemoConfig(provider.tokenDelay(), DEMO_WORDS);
        yield key -> new DemoClient(vertx, name, demo);
      }
      case OPENAI -> chat(name, provider, Dialect.OPENAI);
      case OPENROUTER -> chat(name, provider, Dialect.OPENROUTER);
      case DEEPSEEK -> chat(name, provider, Dialect.DEEPSEEK);
      case GROQ -> chat(name, provider, Dialect.GROQ);
      case RESPONSES ->
          clients(name, provider, ResponsesProtocol.BASE_URL, new ResponsesProtocol());
      case ANTHROPIC ->
          clients(
              name,
              provider,
              AnthropicProtocol.BASE_URL,
              new AnthropicProtocol(provider.promptCaching()));
      case GEMINI -> clients(name, provider, GeminiProtocol.BASE_URL, new GeminiProtocol());
      case OLLAMA -> clients(name, provider, OllamaProtocol.BASE_URL, new OllamaProtocol());
    };
  }

  private Clients chat(String name, ProviderSettings provider, Dialect dialect) {
    return clients(name, provider, dialect.baseUrl(), new OpenAiProtocol(dialect));
  }

  /// @param baseUrl where the service is unless the provider says otherwise
  private Clients clients(
      String name, ProviderSettings provider, String baseUrl, Protocol protocol) {
    ServiceConfig service = service(name, provider, baseUrl);
    return key -> new ServiceClient(vertx, clock, service.withKey(key.reveal()), protocol);
  }

  /// The server's own key: `ApiKey.NONE` when none is needed, null when one is needed and missing.
  static @Nullable ApiKey key(ProviderSettings provider) {
    return provider.lacksKey() ? null : new ApiKey(written(provider));
  }

  private static String written(ProviderSettings provider) {
    return provider.apiKey().map(Secret::reveal).orElse("");
  }

  private static ServiceConfig service(String name, ProviderSettings provider, String baseUrl) {
    return new ServiceConfig(
        name,
        provider.baseUrl().map(URI::toString).orElse(baseUrl),
        written(provider),
        provider.connectTimeout(),
        provider.firstTokenTimeout(),
        provider.betweenTokensTimeout(),
        provider.idleTimeout(),
        LINE_MAX,
        ANSWER_MAX);
  }
}
