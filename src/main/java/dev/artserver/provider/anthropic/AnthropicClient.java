package dev.artserver.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.wire.Service;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;

/// Streams messages from Anthropic; how a call ends, see `Service`.
public final class AnthropicClient implements ProviderClient {
  private static final String VERSION = "2023-06-01";

  private final Service service;
  private final RequestOptions options;
  private final ObjectMapper mapper = new ObjectMapper();
  private final MessageRequest requests;

  /// @param clock tells how long until a `Retry-After` date
  public AnthropicClient(Vertx vertx, InstantSource clock, AnthropicConfig config) {
    this.service = new Service(vertx, clock, config.service(), mapper);
    this.requests = new MessageRequest(mapper, config.promptCaching());
    this.options = service.post("/messages").putHeader("anthropic-version", VERSION);
    if (!config.service().apiKey().isEmpty()) {
      options.putHeader("x-api-key", config.service().apiKey());
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    return service.start(
        options, requests.write(request), request.callId(), new MessageReader(mapper), listener);
  }

  @Override
  public Future<Void> close() {
    return service.close();
  }
}
