package dev.artserver.app.demo;

import dev.artserver.app.server.ServerProcess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// The demo's client: it uses the API as any other would, over HTTP. Its methods wait.
public final class DemoClient implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 1_000;
  private static final int PAGE = 200;

  /// Without the directory Vert.x makes for files of the class path, of which a client has none.
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));

  private final Context context = vertx.getOrCreateContext();
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions(),
          new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(-1));
  private final ServerProcess.Listening server;
  private final Duration answerMax;

  public DemoClient(ServerProcess.Listening server, Duration answerMax) {
    this.server = server;
    this.answerMax = answerMax;
  }

  /// Starts all runs at once, follows their streams and waits for all.
  public DemoReport runAll(int threads, DemoProgress progress) {
    long began = System.nanoTime();
    List<DemoReport.Outcome> outcomes =
        onContext(
                () -> {
                  List<Future<DemoReport.Outcome>> runs =
                      IntStream.rangeClosed(1, threads)
                          .mapToObj(number -> run(number, progress))
                          .toList();
                  return Future.join(runs).map(all -> all.<DemoReport.Outcome>list());
                })
            .await();
    return new DemoReport(outcomes, since(began), progress.peak());
  }

  /// Reads every thread's log from its beginning.
  public DemoLogs readLogs(int threads) {
    return onContext(
            () -> {
              List<Future<List<JsonObject>>> logs =
                  IntStream.rangeClosed(1, threads)
                      .mapToObj(number -> log(number, new ArrayList<>()))
                      .toList();
              return Future.join(logs).map(all -> new DemoLogs(all.<List<JsonObject>>list()));
            })
        .await();
  }

  @Override
  public void close() {
    client.close().eventually(vertx::close).await();
  }

  /// Never fails: what went wrong becomes the outcome's status.
  private Future<DemoReport.Outcome> run(int number, DemoProgress progress) {
    long began = System.nanoTime();
    DemoRun run = new DemoRun(progress);
    JsonObject body =
        new JsonObject()
            .put("query", "What is " + number + "% of 2,340?")
            .put("ifNotExists", "create");
    return client
        .request(to(HttpMethod.POST, "/v1/threads/demo-" + number + "/runs"))
        .compose(request ->
            request
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "text/event-stream")
                .send(body.toBuffer()))
        .compose(response -> follow(response, run))
        .timeout(answerMax.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(cause -> cause.getClass().getSimpleName() + ": " + cause.getMessage())
        .map(status -> {
          progress.onEnded(run.started());
          return new DemoReport.Outcome(number, status, since(began), run.outputTokens());
        });
  }

  private static Future<String> follow(HttpClientResponse response, DemoRun run) {
    if (response.statusCode() != 200) {
      return response.body().map(body -> response.statusCode() + " " + body);
    }
    Promise<String> ended = Promise.promise();
    response.handler(RecordParser.newDelimited("\n\n", event -> run.onEvent(event.toString())));
    response.endHandler(end -> ended.tryComplete(run.status()));
    response.exceptionHandler(ended::tryFail);
    return ended.future();
  }

  private Future<List<JsonObject>> log(int number, List<JsonObject> sofar) {
    long after = sofar.isEmpty() ? 0 : sofar.getLast().getLong("seq");
    String path = "/v1/threads/demo-" + number + "/events?limit=" + PAGE + "&after=" + after;
    return client
        .request(to(HttpMethod.GET, path))
        .compose(request -> request.send())
        .compose(HttpClientResponse::body)
        .map(Buffer::toJsonObject)
        .compose(page -> {
          JsonArray items = page.getJsonArray("items", new JsonArray());
          for (int i = 0; i < items.size(); i++) {
            sofar.add(items.getJsonObject(i));
          }
          return items.size() < PAGE ? Future.succeededFuture(sofar) : log(number, sofar);
        });
  }

  private RequestOptions to(HttpMethod method, String path) {
    return new RequestOptions()
        .setMethod(method)
        .setHost(server.host())
        .setPort(server.port())
        .setURI(path);
  }

  /// All of it on one event loop, so that progress needs no lock.
  private <T> Future<T> onContext(java.util.function.Supplier<Future<T>> act) {
    Promise<T> done = Promise.promise();
    context.runOnContext(tick -> act.get().onComplete(done));
    return done.future();
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
