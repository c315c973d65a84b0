package dev.artserver.bench.peer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.Map;
import java.util.UUID;

/// The least agent server one can write: it keeps a versioned row per conversation in memory, asks
/// the model once, parses each chunk, and sends the client one event with one write per token.
/// Plainly coded, as one would; it checks nothing, limits nothing, and survives nothing.
final class LeastAgent extends VerticleBase {
  private static final String CLIENT_GONE = "the client has gone, its load counts that";

  private final int port;
  private final int providerPort;
  private final Map<String, Row> rows;

  /// A conversation.
  record Row(long version, JsonArray messages) {}

  /// @param rows of all event loops
  LeastAgent(int port, int providerPort, Map<String, Row> rows) {
    this.port = port;
    this.providerPort = providerPort;
    this.rows = rows;
  }

  @Override
  public Future<?> start() {
    HttpClient client = PeerProcess.client(vertx, providerPort);
    return vertx
        .createHttpServer(PeerProcess.server(port))
        .requestHandler(request -> {
          if (request.method().equals(HttpMethod.POST)) {
            request
                .body()
                .onSuccess(body -> run(client, request, body.toJsonObject()))
                .onFailure(broken -> reset(request.response()));
          } else {
            IgnoredFailure.of(request.response().end(), CLIENT_GONE);
          }
        })
        .listen();
  }

  private void run(HttpClient client, HttpServerRequest request, JsonObject asked) {
    String id = asked.getString("threadId", UUID.randomUUID().toString());
    add(id, new JsonObject().put("role", "user").put("content", asked.getString("query")));
    JsonObject call =
        new JsonObject()
            .put("model", "scripted-1")
            .put("stream", true)
            .put("stream_options", new JsonObject().put("include_usage", true))
            .put("messages", messages(id));
    HttpServerResponse response = request.response();
    response.setChunked(true).putHeader("Content-Type", "text/event-stream");
    client
        .request(HttpMethod.POST, "/v1/chat/completions")
        .compose(out -> out.putHeader("Content-Type", "application/json").send(call.toBuffer()))
        .onSuccess(answer -> follow(answer, new Answer(id, response)))
        .onFailure(broken -> reset(response));
  }

  private static void reset(HttpServerResponse response) {
    IgnoredFailure.of(response.reset(), CLIENT_GONE);
  }

  private JsonArray messages(String id) {
    JsonObject system = new JsonObject().put("role", "system").put("content", "Answer the user.");
    JsonArray messages = new JsonArray().add(system);
    Row row = rows.get(id);
    return row == null ? messages : messages.addAll(row.messages());
  }

  private void add(String id, JsonObject message) {
    rows.merge(
        id,
        new Row(1, new JsonArray().add(message)),
        (row, fresh) -> new Row(row.version() + 1, row.messages().copy().add(message)));
  }

  private static void follow(HttpClientResponse answer, Answer to) {
    RecordParser events = RecordParser.newDelimited("\n\n", to::onEvent);
    answer.handler(events).exceptionHandler(broken -> reset(to.response));
  }

  /// One answer as it comes.
  private final class Answer {
    private final String id;
    private final HttpServerResponse response;
    private final StringBuilder text = new StringBuilder();
    private long outputTokens;

    Answer(String id, HttpServerResponse response) {
      this.id = id;
      this.response = response;
    }

    void onEvent(Buffer event) {
      String data = event.toString().substring("data: ".length());
      if (data.equals("[DONE]")) {
        complete();
        return;
      }
      JsonObject chunk = new JsonObject(data);
      JsonObject usage = chunk.getJsonObject("usage");
      if (usage != null) {
        outputTokens = usage.getLong("completion_tokens");
      }
      JsonArray choices = chunk.getJsonArray("choices");
      if (!choices.isEmpty()) {
        onToken(choices.getJsonObject(0).getJsonObject("delta").getString("content", ""));
      }
    }

    private void onToken(String token) {
      if (!token.isEmpty()) {
        JsonObject data =
            new JsonObject().put("runId", id).put("offset", text.length()).put("text", token);
        IgnoredFailure.of(
            response.write("event: token\ndata: " + data.encode() + "\n\n"), CLIENT_GONE);
        text.append(token);
      }
    }

    private void complete() {
      add(id, new JsonObject().put("role", "assistant").put("content", text.toString()));
      JsonObject data = new JsonObject().put("runId", id).put("outputTokens", outputTokens);
      IgnoredFailure.of(
          response.end("event: run.completed\ndata: " + data.encode() + "\n\n"), CLIENT_GONE);
    }
  }
}
