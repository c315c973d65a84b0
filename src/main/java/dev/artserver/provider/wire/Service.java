package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.Failure;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.wire.StreamedCall.Exchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;

/// One model service: the connections to it, and how calls go over them. Safe to use from any event
/// loop.
///
/// Tokens that arrive together are heard as one text. A call ends with `ProviderError` of the
/// service's status, of the status an error within its stream stands for, or of status 0 when the
/// connection broke or the stream made no sense; and with `TimedOut` (`LLM_TIMEOUT`) when the
/// service falls silent. The whole call is not bounded here but by whoever holds its permit. A
/// request is sent again by itself in one case only: on a connection that lay idle and broke before
/// any answer.
public final class Service {
  private final Vertx vertx;
  private final ServiceConfig config;
  private final Endpoint endpoint;
  private final Connections connections;
  private final Refusals refusals;

  /// @param clock tells how long until a `Retry-After` date
  public Service(Vertx vertx, InstantSource clock, ServiceConfig config, ObjectMapper mapper) {
    this.vertx = vertx;
    this.config = config;
    this.endpoint = Endpoint.of(config.baseUrl());
    this.connections = new Connections(vertx, config, endpoint);
    this.refusals = new Refusals(config, clock, mapper);
  }

  /// A request of JSON to a path below the base URL.
  public RequestOptions post(String path) {
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setHost(endpoint.host())
        .setPort(endpoint.port())
        .setURI(endpoint.path() + path)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.ACCEPT, "text/event-stream");
  }

  /// The same with the key as a bearer token, when there is one.
  public RequestOptions postWithBearer(String path) {
    RequestOptions options = post(path);
    if (!config.apiKey().isEmpty()) {
      options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + config.apiKey());
    }
    return options;
  }

  /// Starts a call as `ProviderClient.start` says.
  ///
  /// @param callId stands in for ids of tool calls that have none
  /// @param events reads this answer
  public ModelCall start(
      RequestOptions options,
      Buffer body,
      String callId,
      EventReader events,
      ModelListener listener) {
    StreamedCall call =
        new StreamedCall(
            vertx,
            connections,
            new Exchange(config, options, body, this::refusal),
            listener,
            pieces ->
                new AnswerStream(
                    events, new AnswerDraft(callId, config.answerMax(), pieces), config.lineMax()));
    call.begin();
    return call;
  }

  /// Ends open calls and closes connections.
  public Future<Void> close() {
    return connections.close();
  }

  private Failure refusal(HttpClientResponse head, Buffer body) {
    return refusals.read(head.statusCode(), head.headers(), body);
  }
}
