package dev.artserver.app;

import dev.artserver.app.config.Secret;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.anthropic.AnthropicProtocol;
import dev.artserver.provider.demo.DemoClient;
import dev.artserver.provider.demo.DemoConfig;
import dev.artserver.provider.gemini.GeminiProtocol;
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

/// The client of each configured provider, by its kind.
final class ProviderClients {
  private final Vertx vertx;
  private final InstantSource clock;

  ProviderClients(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  ProviderClient open(String name, ProviderSettings provider) {
    return switch (provider.kind()) {
      case DEMO ->
          new DemoClient(
              vertx, name, new DemoConfig(provider.tokenDelay(), DemoConfig.DEFAULT.words()));
      case OPENAI -> chat(name, provider, Dialect.OPENAI);
      case OPENROUTER -> chat(name, provider, Dialect.OPENROUTER);
      case DEEPSEEK -> chat(name, provider, Dialect.DEEPSEEK);
      case GROQ -> chat(name, provider, Dialect.GROQ);
      case RESPONSES -> client(name, provider, ResponsesProtocol.BASE_URL, new ResponsesProtocol());
      case ANTHROPIC ->
          client(
              name,
              provider,
              AnthropicProtocol.BASE_URL,
              new AnthropicProtocol(provider.promptCaching()));
      case GEMINI -> client(name, provider, GeminiProtocol.BASE_URL, new GeminiProtocol());
      case OLLAMA -> client(name, provider, OllamaProtocol.BASE_URL, new OllamaProtocol());
    };
  }

  private ProviderClient chat(String name, ProviderSettings provider, Dialect dialect) {
    return client(name, provider, dialect.baseUrl(), new OpenAiProtocol(dialect));
  }

  /// @param baseUrl where the service is unless the provider says otherwise
  private ProviderClient client(
      String name, ProviderSettings provider, String baseUrl, Protocol protocol) {
    return new ServiceClient(vertx, clock, service(name, provider, baseUrl), protocol);
  }

  private static ServiceConfig service(String name, ProviderSettings provider, String baseUrl) {
    return new ServiceConfig(
        name,
        provider.baseUrl().map(URI::toString).orElse(baseUrl),
        provider.apiKey().map(Secret::reveal).orElse(""),
        provider.connectTimeout(),
        provider.firstTokenTimeout(),
        provider.betweenTokensTimeout(),
        provider.idleTimeout(),
        ServiceConfig.LINE_MAX,
        ServiceConfig.ANSWER_MAX);
  }
}
