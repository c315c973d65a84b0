package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A plain HTTP client of the API.
final class ApiClient {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> NONE = Map.of();

  private final String base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiClient(int port) {
    base = "http://127.0.0.1:" + port;
  }

  /// A response: its status, body and `ETag`.
  ///
  /// @param retryAfter in seconds; 0: it does not say
  record Reply(int status, JsonNode body, String etag, String text, long retryAfter) {}

  CompletableFuture<Reply> send(
      String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(40));
    if (!headers.containsKey("Content-Type") && !body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    HttpRequest.BodyPublisher publisher =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return client
        .sendAsync(request.method(method, publisher).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(ApiClient::reply);
  }

  CompletableFuture<Reply> post(String path, String body) {
    return send("POST", path, body, NONE);
  }

  CompletableFuture<Reply> merge(String path, String body) {
    return send("PATCH", path, body, Map.of("Content-Type", "application/merge-patch+json"));
  }

  Reply get(String path) {
    return send("GET", path, "", NONE).join();
  }

  Reply delete(String path) {
    return send("DELETE", path, "", NONE).join();
  }

  /// The whole log of a thread. Its `seq` must be 1, 2, 3, ….
  List<JsonNode> log(String thread) {
    List<JsonNode> facts = new ArrayList<>();
    while (true) {
      Reply page = get("/v1/threads/" + thread + "/events?limit=200&after=" + facts.size());
      assertThat(page.status()).as(page.text()).isEqualTo(200);
      if (page.body().path("items").isEmpty()) {
        return facts;
      }
      for (JsonNode fact : page.body().path("items")) {
        assertThat(fact.path("seq").asLong()).isEqualTo(facts.size() + 1L);
        facts.add(fact);
      }
    }
  }

  private static Reply reply(HttpResponse<String> response) {
    try {
      String text = response.body();
      boolean json = text.startsWith("{") || text.startsWith("[");
      return new Reply(
          response.statusCode(),
          json ? JSON.readTree(text) : JSON.nullNode(),
          response.headers().firstValue("ETag").orElse(""),
          text,
          response.headers().firstValueAsLong("Retry-After").orElse(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
