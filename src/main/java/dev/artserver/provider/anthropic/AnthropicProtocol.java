package dev.artserver.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Protocol;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/// Anthropic's messages.
public final class AnthropicProtocol implements Protocol {
  public static final String BASE_URL = "https://api.anthropic.com/v1";

  private static final String VERSION = "2023-06-01";

  private final ObjectMapper mapper = new ObjectMapper();
  private final MessageRequest requests;

  /// @param promptCaching whether the service is asked to cache what requests begin with alike;
  ///   writing to its cache costs more than plain input, reading from it less
  public AnthropicProtocol(boolean promptCaching) {
    this.requests = new MessageRequest(mapper, promptCaching);
  }

  @Override
  public String path(ModelRequest request) {
    return "/messages";
  }

  @Override
  public Map<String, String> headers(String apiKey) {
    Map<String, String> headers = new HashMap<>();
    headers.put("anthropic-version", VERSION);
    if (!apiKey.isEmpty()) {
      headers.put("x-api-key", apiKey);
    }
    return headers;
  }

  @Override
  public Buffer body(ModelRequest request) {
    return requests.write(request);
  }

  @Override
  public EventReader reader() {
    return new MessageReader(mapper);
  }
}
