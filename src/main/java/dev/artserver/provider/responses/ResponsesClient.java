package dev.artserver.provider.responses;

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

/// Streams responses from OpenAI, or from a service that speaks this protocol of its; how a call
/// ends, see `Service`. The service is asked to store nothing: each request holds all it needs.
public final class ResponsesClient implements ProviderClient {
  public static final String BASE_URL = "https://api.openai.com/v1";

  private final Service service;
  private final RequestOptions options;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ResponseRequest requests = new ResponseRequest(mapper);

  /// @param clock tells how long until a `Retry-After` date
  public ResponsesClient(Vertx vertx, InstantSource clock, ServiceConfig config) {
    this.service = new Service(vertx, clock, config, mapper);
    this.options = service.postWithBearer("/responses");
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    return service.start(
        options, requests.write(request), request.callId(), new ResponseReader(mapper), listener);
  }

  @Override
  public Future<Void> close() {
    return service.close();
  }
}
