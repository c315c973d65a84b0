package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RateLimitReset;
import dev.artserver.provider.openai.ChatCall.Exchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Streams chat completions from any service that speaks OpenAI's protocol.
///
/// Tokens that arrive together are heard as one text. A call ends with `ProviderError` of the
/// service's status, or of status 0 when the connection broke or the stream made no sense, and with
/// `TimedOut` (`LLM_TIMEOUT`) when the service falls silent. The whole call is not bounded here but
/// by whoever holds its permit. A request is sent again by itself in one case only: on a connection
/// that lay idle and broke before any answer.
public final class OpenAiClient implements ProviderClient {
  private final Vertx vertx;
  private final InstantSource clock;
  private final OpenAiConfig config;
  private final Connections connections;
  private final RequestOptions options;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ChatRequest requests = new ChatRequest(mapper);
  private final ChunkReader chunks = new ChunkReader(new JsonFactory());

  /// @param clock tells how long until a `Retry-After` date
  public OpenAiClient(Vertx vertx, InstantSource clock, OpenAiConfig config) {
    this.vertx = vertx;
    this.clock = clock;
    this.config = config;
    Endpoint endpoint = Endpoint.of(config.baseUrl());
    this.connections = new Connections(vertx, config, endpoint);
    this.options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setURI(endpoint.path())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.ACCEPT, "text/event-stream");
    if (!config.apiKey().isEmpty()) {
      options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + config.apiKey());
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    Exchange exchange = new Exchange(config, options, requests.write(request), this::refusal);
    ChatCall call =
        new ChatCall(
            vertx,
            connections,
            exchange,
            listener,
            pieces ->
                new ChatStream(
                    chunks,
                    new AnswerDraft(request.callId(), config.answerMax(), pieces),
                    config.lineMax()));
    call.begin();
    return call;
  }

  @Override
  public Future<Void> close() {
    return connections.close();
  }

  private Failure refusal(HttpClientResponse head, Buffer body) {
    String message = ErrorBody.message(mapper, body, config.apiKey());
    return new Failure.ProviderError(
        config.provider(),
        head.statusCode(),
        message.isEmpty() ? "it answered " + head.statusCode() : message,
        retryAfter(head));
  }

  private @Nullable Duration retryAfter(HttpClientResponse head) {
    Duration asked = RetryAfter.parse(head.getHeader("Retry-After"), clock.instant());
    boolean limited = head.statusCode() == 429 || head.statusCode() == 529;
    return asked == null && limited ? RateLimitReset.read(head::getHeader, clock.instant()) : asked;
  }
}
