package dev.artserver.model;

/// Tokens of one model call, or summed over a run's calls.
public record Usage(long inputTokens, long outputTokens, long thinkingTokens) {
  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        thinkingTokens + other.thinkingTokens);
  }
}
