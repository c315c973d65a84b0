package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Service;
import dev.artserver.provider.wire.ServiceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;

/// Streams chat completions from any service that speaks OpenAI's protocol; how a call ends, see
/// `Service`.
public final class OpenAiClient implements ProviderClient {
  private final Service service;
  private final RequestOptions options;
  private final ChatRequest requests;
  private final Dialect dialect;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ChunkReader chunks = new ChunkReader(new JsonFactory());

  /// @param clock tells how long until a `Retry-After` date
  public OpenAiClient(Vertx vertx, InstantSource clock, ServiceConfig config, Dialect dialect) {
    this.service = new Service(vertx, clock, config, mapper);
    this.dialect = dialect;
    this.options = service.postWithBearer("/chat/completions");
    this.requests = new ChatRequest(mapper, dialect);
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    return service.start(options, requests.write(request), request.callId(), reader(), listener);
  }

  /// Only what is kept for the next request makes a reader one answer's own.
  private EventReader reader() {
    return switch (dialect) {
      case OPENAI, GROQ -> chunks;
      case DEEPSEEK -> new RememberingReader(chunks, ChatRequest.DEEPSEEK, ChatRequest.REASONING);
      case OPENROUTER -> new DetailsReader(mapper.getFactory());
    };
  }

  @Override
  public Future<Void> close() {
    return service.close();
  }
}
