package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Hides a thread's own key, and whatever looks like a credential among a provider's options, from
/// clients. Options with credentials are refused already; this is a second check.
final class Secrets {
  private static final String HIDDEN = SealedKey.HIDDEN.text();
  private static final List<String> ENDINGS =
      List.of("key", "token", "secret", "password", "authorization", "credential", "credentials");

  private Secrets() {}

  static ThreadConfig hidden(ThreadConfig config) {
    ProviderChoice provider = config.provider();
    return config.withProvider(
        new ProviderChoice(
            provider.name(),
            provider.model(),
            hidden(provider.options()),
            provider.apiKey() == null ? null : SealedKey.HIDDEN));
  }

  /// An event that is not understood may hold a key anywhere.
  static ThreadEvent.Unknown hidden(ThreadEvent.Unknown newer) {
    return new ThreadEvent.Unknown(
        newer.type(), newer.schema(), newer.run(), hidden(newer.data()), newer.like());
  }

  private static ObjectNode hidden(ObjectNode options) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : options.properties()) {
      if (looksSecret(entry.getKey())) {
        shown.put(entry.getKey(), HIDDEN);
      } else {
        shown.set(entry.getKey(), hidden(entry.getValue()));
      }
    }
    return shown;
  }

  private static JsonNode hidden(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> hidden(object);
      case ArrayNode array -> {
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        array.forEach(one -> shown.add(hidden(one)));
        yield shown;
      }
      default -> value;
    };
  }

  private static boolean looksSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(lower::endsWith);
  }
}
