package dev.artserver.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Runs of many threads through the API, as a client of it.
final class DemoRuns implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 1_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final RequestOptions request;
  private final Duration answerMax;

  DemoRuns(ServerProcess.Listening server, Duration answerMax) {
    this.answerMax = answerMax;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    this.request =
        new RequestOptions()
            .setHost(server.host())
            .setPort(server.port())
            .setMethod(HttpMethod.POST)
            .setURI("/v1/runs")
            .putHeader("Content-Type", "application/json")
            .putHeader("Accept", "application/json");
  }

  /// Starts all at once and waits for all; `heard` is told each as it ends.
  DemoReport all(int threads, Consumer<DemoReport.Outcome> heard) {
    long began = System.nanoTime();
    List<Future<DemoReport.Outcome>> outcomes =
        IntStream.rangeClosed(1, threads)
            .mapToObj(number -> one(number).onSuccess(heard::accept))
            .toList();
    Future.join(outcomes).await();
    return new DemoReport(outcomes.stream().map(Future::result).toList(), since(began));
  }

  /// Never fails: what went wrong becomes the outcome's status.
  private Future<DemoReport.Outcome> one(int number) {
    long began = System.nanoTime();
    JsonObject body =
        new JsonObject().put("query", "What is " + number + "% of 2,340? Use the calculator.");
    return client
        .request(request)
        .compose(sending -> sending.send(body.toBuffer()))
        .compose(HttpClientResponse::body)
        .timeout(answerMax.toMillis(), TimeUnit.MILLISECONDS)
        .map(answer -> outcome(number, answer, since(began)))
        .recover(failed ->
            Future.succeededFuture(
                new DemoReport.Outcome(
                    number, failed.getClass().getSimpleName(), since(began), 0)));
  }

  private static DemoReport.Outcome outcome(int number, Buffer answer, Duration took) {
    try {
      JsonObject json = answer.toJsonObject();
      JsonObject metadata = json.getJsonObject("metadata", new JsonObject());
      JsonObject usage = metadata.getJsonObject("usage", new JsonObject());
      String status = metadata.getString("status", json.getString("code", "no status"));
      return new DemoReport.Outcome(number, status, took, usage.getLong("outputTokens", 0L));
    } catch (DecodeException | ClassCastException notTheApi) {
      return new DemoReport.Outcome(number, "not understood", took, 0);
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Override
  public void close() {
    client.close().eventually(vertx::close).await();
  }
}
