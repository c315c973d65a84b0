package dev.artserver.provider.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;

/// How many tokens a call will use, before it is made: a token for every four characters that are
/// sent, which is OpenAI's rule of thumb for English ("What are tokens and how to count them?"),
/// and for the answer as many as it may have.
final class TokenEstimate {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /// About the most that Anthropic counts for one ("Vision"); others count less.
  private static final int TOKENS_PER_IMAGE = 1_600;

  private TokenEstimate() {}

  /// @param perAnswer for an answer whose request sets no `maxTokens`
  static long of(ModelRequest request, int perAnswer) {
    long characters = 0;
    for (ModelMessage message : request.messages()) {
      characters += characters(message);
    }
    for (ToolSpec tool : request.tools()) {
      characters += tool.name().length() + (long) tool.description().length();
    }
    JsonNode maxTokens = request.options().path("maxTokens");
    long answer = maxTokens.isNumber() ? Math.max(0, maxTokens.longValue()) : perAnswer;
    return characters / CHARACTERS_PER_TOKEN + answer;
  }

  private static long characters(ModelMessage message) {
    return switch (message) {
      case ModelMessage.FromSystem system -> system.content().length();
      case ModelMessage.FromUser user -> {
        long images = user.parts().stream().filter(ContentPart.Image.class::isInstance).count();
        yield user.content().length() + images * CHARACTERS_PER_TOKEN * TOKENS_PER_IMAGE;
      }
      case ModelMessage.FromTool tool -> tool.content().length();
      case ModelMessage.FromAssistant assistant -> {
        long characters = assistant.content().length();
        for (ToolCall call : assistant.toolCalls()) {
          characters += call.toolName().length() + (long) call.arguments().length();
        }
        yield characters;
      }
    };
  }
}
