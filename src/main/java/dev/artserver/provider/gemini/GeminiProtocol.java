package dev.artserver.provider.gemini;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Protocol;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Gemini's content. The key goes into a header and never into the address.
public final class GeminiProtocol implements Protocol {
  public static final String BASE_URL = "https://generativelanguage.googleapis.com/v1beta";

  private static final String TUNED = "tunedModels/";
  private static final String PLAIN = "models/";

  private final ObjectMapper mapper = new ObjectMapper();
  private final ContentRequest requests = new ContentRequest(mapper);

  /// The model's name is part of the path and comes from whoever configures a thread, so it must
  /// not be able to name another path.
  @Override
  public String path(ModelRequest request) {
    String model = request.model();
    String kind = model.startsWith(TUNED) ? TUNED : PLAIN;
    String name = model.startsWith(kind) ? model.substring(kind.length()) : model;
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return "/" + kind + encoded + ":streamGenerateContent?alt=sse";
  }

  @Override
  public Map<String, String> headers(String apiKey) {
    return apiKey.isEmpty() ? Map.of() : Map.of("x-goog-api-key", apiKey);
  }

  @Override
  public Buffer body(ModelRequest request) {
    return requests.write(request);
  }

  @Override
  public EventReader reader() {
    return new ContentReader(mapper);
  }
}
