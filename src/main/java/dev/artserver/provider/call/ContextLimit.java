package dev.artserver.provider.call;

import dev.artserver.model.Failure;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells that a conversation is too long for its model: no attempt there will help, but a model
/// with a larger context may take it. Few services have a code for it; the others say so in words.
final class ContextLimit {
  private static final Set<String> CODES =
      Set.of("context_length_exceeded", "context_window_exceeded", "model_context_window_exceeded");

  private static final Pattern WORDS =
      Pattern.compile(
          "(context|token) (length|window|size|limit)|context_length|prompt is too long"
              + "|input is too long|input token count|too many tokens|maximum number of tokens"
              + "|maximum allowed number of (input )?tokens|longer than the model");

  private ContextLimit() {}

  static boolean isExceeded(Failure failure) {
    if (!(failure instanceof Failure.ProviderError error)) {
      return false;
    }
    String code = error.providerCode() == null ? "" : error.providerCode();
    if (CODES.contains(code.toLowerCase(Locale.ROOT))) {
      return true;
    }
    return switch (error.providerStatus()) {
      case 400, 413, 422 -> WORDS.matcher(error.message().toLowerCase(Locale.ROOT)).find();
      default -> false;
    };
  }
}
