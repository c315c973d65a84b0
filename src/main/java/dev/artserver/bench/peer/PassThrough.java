package dev.artserver.bench.peer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/// A proxy that parses nothing: what a read of the provider's stream brings is one write. The least
/// any server between a client and a provider can cost.
final class PassThrough extends VerticleBase {
  private static final String CLIENT_GONE = "the client has gone, its load counts that";

  private final int port;
  private final int providerPort;

  PassThrough(int port, int providerPort) {
    this.port = port;
    this.providerPort = providerPort;
  }

  @Override
  public Future<?> start() {
    HttpClient client = PeerProcess.client(vertx, providerPort);
    return vertx
        .createHttpServer(PeerProcess.server(port))
        .requestHandler(request -> {
          if (request.method().equals(HttpMethod.POST)) {
            forward(client, request);
          } else {
            IgnoredFailure.of(request.response().end(), CLIENT_GONE);
          }
        })
        .listen();
  }

  private static void forward(HttpClient client, HttpServerRequest request) {
    HttpServerResponse response = request.response();
    request
        .body()
        .compose(
            body -> client.request(HttpMethod.POST, request.uri()).compose(out -> out.send(body)))
        .compose(answer -> pass(answer, response))
        .onFailure(broken -> IgnoredFailure.of(response.reset(), CLIENT_GONE));
  }

  private static Future<Void> pass(HttpClientResponse answer, HttpServerResponse response) {
    String type = answer.getHeader("Content-Type");
    response.setStatusCode(answer.statusCode()).setChunked(true);
    response.putHeader("Content-Type", type == null ? "text/plain" : type);
    return answer.pipeTo(response);
  }
}
