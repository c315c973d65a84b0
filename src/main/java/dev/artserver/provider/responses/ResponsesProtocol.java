package dev.artserver.provider.responses;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Protocol;
import io.vertx.core.buffer.Buffer;

/// OpenAI's responses. The service is asked to store nothing: each request holds all it needs.
public final class ResponsesProtocol implements Protocol {
  public static final String BASE_URL = "https://api.openai.com/v1";

  private final ObjectMapper mapper = new ObjectMapper();
  private final ResponseRequest requests = new ResponseRequest(mapper);

  @Override
  public String path(ModelRequest request) {
    return "/responses";
  }

  @Override
  public Buffer body(ModelRequest request) {
    return requests.write(request);
  }

  @Override
  public EventReader reader() {
    return new ResponseReader(mapper);
  }
}
