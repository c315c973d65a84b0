package dev.artserver.provider.openai;

/// How a service differs from OpenAI in its chat completions.
public enum Dialect {
  /// Nothing that all others do not understand too.
  OPENAI(""),

  /// Wants the details of reasoning back with the results of tools, and has its own parameter of
  /// it. Source: OpenRouter documentation, "Reasoning tokens" and "Streaming".
  OPENROUTER("https://openrouter.ai/api/v1"),

  /// Refuses results of tools without the thoughts that led to the calls, even empty ones, and
  /// counts what it read from its cache in its own place. Source: DeepSeek API documentation,
  /// "Thinking mode" and "Context caching".
  DEEPSEEK("https://api.deepseek.com"),

  /// Source: Groq API reference, "Create chat completion".
  GROQ("https://api.groq.com/openai/v1");

  private final String baseUrl;

  Dialect(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  /// Where the service is; empty when there are many.
  public String baseUrl() {
    return baseUrl;
  }
}
