package dev.artserver.provider.ollama;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Protocol;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ollama's chats in its own words, which tell more than its imitation of OpenAI's. A model that is
/// not in memory is loaded first, which counts as waiting for the first token. A key is for a proxy
/// that asks for one.
public final class OllamaProtocol implements Protocol {
  public static final String BASE_URL = "http://localhost:11434";

  private final ObjectMapper mapper = new ObjectMapper();
  private final ChatBody bodies = new ChatBody(mapper);

  @Override
  public String path(ModelRequest request) {
    return "/api/chat";
  }

  @Override
  public Buffer body(ModelRequest request) {
    return bodies.write(request);
  }

  /// "Unload a model": a request without a prompt and with nothing to keep it for.
  @Override
  public Optional<Eviction> eviction(String model) {
    Buffer body =
        Buffer.buffer(
            mapper.createObjectNode().put("model", model).put("keep_alive", 0).toString());
    return Optional.of(new Eviction("/api/generate", body));
  }

  @Override
  public @Nullable String imageRule(ContentPart.Image image) {
    return image instanceof ContentPart.LinkedImage
        ? "must have its bytes in data instead of a url"
        : null;
  }

  @Override
  public EventReader reader() {
    return new ChatLines(mapper);
  }
}
