package dev.artserver.app;

import dev.artserver.app.config.Secret;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.anthropic.AnthropicClient;
import dev.artserver.provider.anthropic.AnthropicConfig;
import dev.artserver.provider.demo.DemoClient;
import dev.artserver.provider.demo.DemoConfig;
import dev.artserver.provider.gemini.GeminiClient;
import dev.artserver.provider.ollama.OllamaClient;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiClient;
import dev.artserver.provider.responses.ResponsesClient;
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

  ProviderClient open(String name, ServerConfig.Provider provider) {
    return switch (provider.kind()) {
      case DEMO ->
          new DemoClient(
              vertx, name, new DemoConfig(provider.tokenDelay(), DemoConfig.DEFAULT.words()));
      case OPENAI -> chat(name, provider, Dialect.OPENAI);
      case OPENROUTER -> chat(name, provider, Dialect.OPENROUTER);
      case DEEPSEEK -> chat(name, provider, Dialect.DEEPSEEK);
      case GROQ -> chat(name, provider, Dialect.GROQ);
      case RESPONSES ->
          new ResponsesClient(vertx, clock, service(name, provider, ResponsesClient.BASE_URL));
      case ANTHROPIC ->
          new AnthropicClient(
              vertx,
              clock,
              new AnthropicConfig(
                  service(name, provider, AnthropicConfig.BASE_URL), provider.promptCaching()));
      case GEMINI -> new GeminiClient(vertx, clock, service(name, provider, GeminiClient.BASE_URL));
      case OLLAMA -> new OllamaClient(vertx, clock, service(name, provider, OllamaClient.BASE_URL));
    };
  }

  private ProviderClient chat(String name, ServerConfig.Provider provider, Dialect dialect) {
    return new OpenAiClient(vertx, clock, service(name, provider, dialect.baseUrl()), dialect);
  }

  /// @param baseUrl where the service is unless the provider says otherwise
  private static ServiceConfig service(
      String name, ServerConfig.Provider provider, String baseUrl) {
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
