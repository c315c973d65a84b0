package dev.artserver.provider.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelRequest;
import java.util.Set;

/// The parameters that mean the same to services of every kind. Those of one service's own would
/// make another refuse the request, so a fallback of another kind goes without them.
final class CommonOptions {
  private static final Set<String> COMMON =
      Set.of(
          "temperature",
          "topP",
          "maxTokens",
          "stop",
          "seed",
          "reasoningEffort",
          "toolChoice",
          "responseFormat",
          "promptCaching");

  private CommonOptions() {}

  static ModelRequest of(ModelRequest request) {
    ObjectNode common = request.options().deepCopy();
    return request.withOptions(common.retain(COMMON));
  }
}
