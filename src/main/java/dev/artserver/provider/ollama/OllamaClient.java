package dev.artserver.provider.ollama;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.wire.Service;
import dev.artserver.provider.wire.ServiceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;

/// Streams chats from an Ollama server in its own words, which tell more than its imitation of
/// OpenAI's; how a call ends, see `Service`. A model that is not in memory is loaded first, which
/// counts as waiting for the first token. A key is sent as a bearer token, for a proxy that asks
/// for one.
public final class OllamaClient implements ProviderClient {
  public static final String BASE_URL = "http://localhost:11434";

  private final Service service;
  private final RequestOptions options;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ChatBody bodies = new ChatBody(mapper);

  /// @param clock tells how long until a `Retry-After` date
  public OllamaClient(Vertx vertx, InstantSource clock, ServiceConfig config) {
    this.service = new Service(vertx, clock, config, mapper);
    this.options = service.postWithBearer("/api/chat");
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    return service.start(
        options, bodies.write(request), request.callId(), new ChatLines(mapper), listener);
  }

  @Override
  public Future<Void> close() {
    return service.close();
  }
}
