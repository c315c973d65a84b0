package dev.artserver.bench.peer;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// A process that plays one part of a measurement until its input ends, which is when the bench
/// that started it is gone, however it went.
public final class PeerProcess {
  /// The parts there are.
  public static final String PROVIDER = "provider";

  public static final String PROXY = "proxy";
  public static final String LEAST = "least";

  private static final int BACKLOG = 4_096;
  private static final int CONNECTIONS_MAX = 20_000;
  private static final int WAITING_MAX = 100_000;

  private PeerProcess() {}

  /// Plays until `input` ends.
  ///
  /// @param words the part, its port, and the provider's port; of the provider itself, for how many
  ///   seconds it keeps a connection that nobody uses
  public static void play(List<String> words, InputStream input) {
    int port = Integer.parseInt(words.get(1));
    int about = Integer.parseInt(words.get(2));
    int cores = Runtime.getRuntime().availableProcessors();
    boolean serves = !words.getFirst().equals(PROVIDER);
    Map<String, LeastAgent.Row> rows = new ConcurrentHashMap<>();
    Supplier<Deployable> part =
        switch (words.getFirst()) {
          case PROVIDER -> () -> new ScriptedProvider(port, about);
          case PROXY -> () -> new PassThrough(port, about);
          case LEAST -> () -> new LeastAgent(port, about, rows);
          default -> throw new IllegalArgumentException("no such part: " + words.getFirst());
        };
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(serves ? cores : 1)
                .setPreferNativeTransport(true));
    vertx.deployVerticle(part, new DeploymentOptions().setInstances(serves ? cores : 1)).await();
    awaitEnd(input);
    vertx.close().await();
  }

  private static void awaitEnd(InputStream input) {
    try {
      // Nothing is ever said there.
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      return;
    }
  }

  static HttpServerOptions server(int port) {
    return new HttpServerOptions()
        .setHost("127.0.0.1")
        .setPort(port)
        .setTcpNoDelay(true)
        .setAcceptBacklog(BACKLOG);
  }

  static HttpClient client(Vertx vertx, int providerPort) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setDefaultHost("127.0.0.1")
            .setDefaultPort(providerPort)
            .setTcpNoDelay(true),
        new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
  }
}
