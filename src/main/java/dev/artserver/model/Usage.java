package dev.artserver.model;

/// Tokens of one model call, or summed over a run's calls.
///
/// @param inputTokens all that was read, from the provider's cache or not
/// @param outputTokens all that was written, thoughts too
/// @param thinkingTokens of the output, those of thoughts; 0 when the provider does not say
/// @param cachedTokens of the input, those read from the provider's cache
public record Usage(long inputTokens, long outputTokens, long thinkingTokens, long cachedTokens) {
  public static final Usage NONE = new Usage(0, 0, 0);

  /// Nothing of it from a cache.
  public Usage(long inputTokens, long outputTokens, long thinkingTokens) {
    this(inputTokens, outputTokens, thinkingTokens, 0);
  }

  public Usage plus(Usage other) {
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        thinkingTokens + other.thinkingTokens,
        cachedTokens + other.cachedTokens);
  }
}
