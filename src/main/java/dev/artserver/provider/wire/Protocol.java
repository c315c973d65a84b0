package dev.artserver.provider.wire;

import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelRequest;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What sets one sort of model service apart from the others: what it is asked, and how its answers
/// are read. Safe to use from any event loop.
public interface Protocol {
  /// Where below the base URL a request goes.
  String path(ModelRequest request);

  /// What stands in the head of every request beside the sort of its content. A key goes here and
  /// nowhere else; this is how most services take it.
  ///
  /// @param apiKey empty: there is none
  default Map<String, String> headers(String apiKey) {
    return apiKey.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + apiKey);
  }

  /// The request itself, JSON.
  Buffer body(ModelRequest request);

  /// The request by which a model leaves the machine the service runs on; empty: there is none.
  default Optional<Eviction> eviction(String model) {
    return Optional.empty();
  }

  /// Where below the base URL to post what, JSON.
  record Eviction(String path, Buffer body) {}

  /// What the service demands of images that `image` does not fit; null: it takes it.
  default @Nullable String imageRule(ContentPart.Image image) {
    return null;
  }

  /// What reads one answer.
  EventReader reader();
}
