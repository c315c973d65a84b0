package dev.artserver.provider.openai;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Why an answer stopped, in the words of `ModelReply`: services that speak OpenAI's protocol have
/// words of their own.
final class StopWords {
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("eos", "stop"),
          Map.entry("eos_token", "stop"),
          Map.entry("stop_sequence", "stop"),
          Map.entry("end_turn", "stop"),
          Map.entry("max_tokens", "length"),
          Map.entry("model_length", "length"),
          Map.entry("function_call", "tool_calls"),
          Map.entry("tool_use", "tool_calls"),
          Map.entry("sensitive", "content_filter"),
          Map.entry("safety", "content_filter"),
          Map.entry("refusal", "content_filter"));

  private StopWords() {}

  /// Null when it is no reason: some services send an empty one with every piece.
  static @Nullable String meaning(String reason) {
    String word = reason.strip().toLowerCase(Locale.ROOT);
    return word.isEmpty() || word.equals("null") ? null : MEANINGS.getOrDefault(word, word);
  }

  /// Whether it says that the service failed.
  static boolean isFailure(String meaning) {
    return switch (meaning) {
      case "error", "network_error", "abort", "insufficient_system_resource" -> true;
      default -> false;
    };
  }
}
