package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RefusedCall;
import dev.artserver.provider.wire.StreamedCall.Exchange;
import dev.artserver.vertx.LastingContext;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Streams answers from one model service, in whatever protocol it speaks.
///
/// Tokens that arrive together are passed on as one text. A call ends with `ProviderError` of the
/// service's status, of the status an error within its stream stands for, or of status 0 when the
/// connection broke or the stream made no sense; and with `TimedOut` (`LLM_TIMEOUT`) when the
/// service falls silent. One with an image the service does not take ends with `Invalid`
/// (`IMAGE_NOT_SUPPORTED`) before anything is sent. The whole call is not bounded here but by the
/// holder of its permit. A request is sent again by itself in one case only: on a connection that
/// lay idle and broke before any answer.
public final class ServiceClient implements ProviderClient {
  private final Vertx vertx;
  private final VertxTimers timers;
  private final ServiceConfig config;
  private final Protocol protocol;
  private final ServiceAddress endpoint;
  private final ServiceConnections connections;
  private final RequestOptions head;
  private volatile String uri = "";
  private final Refusals refusals;

  /// @param clock tells how long until a `Retry-After` date
  public ServiceClient(Vertx vertx, InstantSource clock, ServiceConfig config, Protocol protocol) {
    this.vertx = vertx;
    this.timers = new VertxTimers(vertx);
    this.config = config;
    this.protocol = protocol;
    this.endpoint = ServiceAddress.of(config.baseUrl());
    this.connections = new ServiceConnections(vertx, config, endpoint);
    this.refusals = new Refusals(config, clock, new ObjectMapper());
    this.head =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.ACCEPT, "text/event-stream")
            // Pieces that are compressed wait for each other.
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    protocol.headers(config.apiKey()).forEach(head::putHeader);
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    Failure refusal = refusal(request);
    if (refusal != null) {
      return RefusedCall.on(vertx.getOrCreateContext(), refusal, listener);
    }
    StreamedCall call =
        new StreamedCall(
            LastingContext.of(vertx),
            timers,
            connections,
            new Exchange(
                config, head, uri(protocol.path(request)), () -> protocol.body(request), refusals),
            listener,
            pieces ->
                new AnswerStream(
                    protocol.reader(),
                    new AnswerDraft(request.callId(), config.answerMax(), pieces),
                    config.lineMax()));
    call.begin();
    return call;
  }

  /// Most services have one path for all calls, and each call would hold its own.
  private String uri(String path) {
    String known = uri;
    if (known.length() != endpoint.path().length() + path.length() || !known.endsWith(path)) {
      known = endpoint.path() + path;
      uri = known;
    }
    return known;
  }

  /// An image the service has no words for is not left out silently: the model would answer as if
  /// there had been none.
  private @Nullable Failure refusal(ModelRequest request) {
    List<ModelMessage> messages = request.messages();
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i) instanceof ModelMessage.FromUser user) {
        for (int j = 0; j < user.parts().size(); j++) {
          if (user.parts().get(j) instanceof ContentPart.Image image) {
            String rule = protocol.imageRule(image);
            if (rule != null) {
              return Failure.unprocessable(
                  "IMAGE_NOT_SUPPORTED",
                  "/messages/" + i + "/content/" + j,
                  rule + ", since provider '" + config.provider() + "' takes no other",
                  named(image));
            }
          }
        }
      }
    }
    return null;
  }

  private static String named(ContentPart.Image image) {
    return switch (image) {
      case ContentPart.InlineImage inline ->
          inline.mediaType() + " of " + inline.data().length() / 4 * 3 + " bytes";
      case ContentPart.LinkedImage linked -> linked.url();
    };
  }

  @Override
  public Future<Void> evict(String model) {
    return protocol
        .eviction(model)
        .map(eviction ->
            connections.post(
                new RequestOptions(head).setURI(endpoint.path() + eviction.path()),
                eviction.body()))
        .orElseGet(Future::succeededFuture);
  }

  @Override
  public Future<Void> close() {
    return connections.close();
  }
}
