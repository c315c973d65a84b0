package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.ByteSize;
import dev.artserver.app.config.Section;
import dev.artserver.app.config.Setting;
import dev.artserver.app.logging.LogFormat;
import dev.artserver.wire.WriteVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.event.Level;

/// Everything a person may set. Keys, defaults, bounds and words stand here only:
/// `conf/server.yaml` and the names of environment variables come from it. The rooms' own config
/// records are made from it when the server is put together.
public record ServerConfig(
    @Section(about = "connections and what runs on them") Server server,
    @Section(about = "where threads last") Store store,
    @Section(about = "locks that instances share, for cluster.enabled") RedisSettings redis,
    @Section(about = "several servers as one; docs/deployment.md says how to set it up")
        ClusterSettings cluster,
    @Section(about = "images in messages; base64 makes them a third larger in a request's body")
        Images images,
    @Section(about = "how many runs proceed at once") PoolSettings pool,
    @Section(about = "when the server has too much to do, and what it does then") LoadSettings load,
    @Section(about = "when alerts are raised; each ends below four fifths of its threshold")
        Alerts alerts,
    @Section(about = "what one thread may hold") Threads threads,
    @Section(about = "what is kept for the readers of a thread") Feed feed,
    @Section(
            about =
                "model providers by name; a file that names some replaces the ones below. Kinds and"
                    + " what they need: docs/providers.md",
            names = "demo")
        Map<String, ProviderSettings> providers,
    @Section(about = "configuration of a thread where its creator sets nothing")
        DefaultsSettings defaults,
    @Section(about = "tools of every thread") Tools tools,
    @Section(about = "secrets of the server's own; docs/configuration.md says how to make them")
        SecuritySettings security,
    @Section(about = "what is written to standard error") Log log) {

  public ServerConfig {
    providers = Map.copyOf(providers);
    require(
        providers.containsKey(defaults.provider()),
        "defaults.provider must be one of the providers ("
            + String.join(", ", providers.keySet().stream().sorted().toList())
            + "), got "
            + defaults.provider());
    require(
        !cluster.enabled() || store.kind() == StoreKind.POSTGRES,
        "store.kind must be postgres with cluster.enabled, got " + store.kind());
    providers.forEach((name, provider) ->
        require(
            cluster.enabled() || provider.scope() == ProviderSettings.Scope.INSTANCE,
            "providers." + name + ".scope must be instance without cluster.enabled, got cluster"));
    ProviderLinks.check(providers, security.secretKey().isPresent());
  }

  /// Addresses, limits of connections, and times of the server as a whole.
  public record Server(
      @Setting(about = "address the API listens on", is = "127.0.0.1") String host,
      @Setting(about = "port of the API; 0 takes a free one", is = "8080", min = "0", max = "65535")
          int port,
      @Setting(about = "address metrics and health listen on", is = "127.0.0.1")
          String managementHost,
      @Setting(
              about = "port of metrics and health; 0 takes a free one",
              is = "8081",
              min = "0",
              max = "65535")
          int managementPort,
      @Setting(about = "event loops; 0 takes one per core", is = "0", min = "0", max = "256")
          int eventLoops,
      @Setting(about = "size of a request's body", is = "8MB", min = "1KB", max = "64MB")
          ByteSize bodyMax,
      @Setting(
              about = "size of a request's headers together",
              is = "16KB",
              min = "1KB",
              max = "1MB")
          ByteSize headerMax,
      @Setting(
              about = "size of a WebSocket message from a client, in one frame or several",
              is = "8MB",
              min = "1KB",
              max = "64MB")
          ByteSize frameMax,
      @Setting(about = "open connections", is = "20000", min = "1", max = "1000000")
          int connectionsMax,
      @Setting(
              about = "event streams and subscriptions of all connections together",
              is = "20000",
              min = "1",
              max = "1000000")
          int subscriptionsMax,
      @Setting(about = "threads one WebSocket may follow", is = "1000", min = "1", max = "100000")
          int subscriptionsPerSocketMax,
      @Setting(
              about = "how often a silent event stream shows that it is alive",
              is = "15s",
              min = "1s",
              max = "5m")
          Duration heartbeat,
      @Setting(
              about = "how long work may take to end when the server stops",
              is = "20s",
              min = "0s",
              max = "10m")
          Duration shutdownGrace,
      @Setting(about = "time limit of a run that sets none", is = "10m", min = "1s", max = "7d")
          Duration runTimeout,
      @Setting(about = "the longest a run may ask for", is = "1h", min = "1s", max = "7d")
          Duration runTimeoutMax) {
    public Server {
      require(
          runTimeout.compareTo(runTimeoutMax) <= 0,
          "runTimeout must not be longer than runTimeoutMax ("
              + runTimeoutMax.toSeconds()
              + "s), got "
              + runTimeout.toSeconds()
              + "s");
      require(
          port == 0 || port != managementPort,
          "managementPort must differ from port, got " + managementPort);
    }
  }

  /// The log of every thread.
  public record Store(
      @Setting(
              about =
                  "memory is gone when the server stops; a file is for one server, a database for one"
                      + " server or the instances of one cluster",
              is = "file")
          StoreKind kind,
      @Setting(
              about = "where the file is; a relative path starts where the server was started",
              is = "data")
          Path directory,
      @Setting(
              about = "free space on that disk without which the server does not start",
              is = "50MB")
          ByteSize freeSpaceMin,
      @Setting(
              about = "facts of a thread between two snapshots, which make loading it short",
              is = "200",
              min = "1",
              max = "1000000")
          int snapshotEvery,
      @Setting(
              about =
                  "how long an Idempotency-Key is remembered, with its answer: for a change of"
                      + " state the whole document",
              is = "24h",
              min = "1m",
              max = "90d")
          Duration operationsKept,
      @Setting(
              about =
                  "newest version of facts that is written; to be held back while servers of an"
                      + " earlier release use the same store",
              is = "" + WriteVersion.NEWEST,
              min = "" + WriteVersion.OLDEST,
              max = "" + WriteVersion.NEWEST)
          int writeVersion,
      @Section(about = "for kind postgres; docs/deployment.md says how to set it up")
          PostgresSettings postgres) {}

  /// What a store is made of.
  public enum StoreKind {
    MEMORY,
    FILE,
    POSTGRES
  }

  /// What images clients may send.
  public record Images(
      @Setting(about = "size of one image, decoded", is = "4MB", min = "1KB", max = "14MB")
          ByteSize bytesMax,
      @Setting(
              about = "size of all images of a message, decoded",
              is = "5MB",
              min = "1KB",
              max = "48MB")
          ByteSize messageBytesMax,
      @Setting(
              about = "images of a message; 0 allows none, also none by address",
              is = "10",
              min = "0",
              max = "100")
          int perMessageMax) {
    public Images {
      require(
          bytesMax.compareTo(messageBytesMax) <= 0,
          "messageBytesMax must not be smaller than bytesMax ("
              + bytesMax
              + "), got "
              + messageBytesMax);
    }
  }

  /// Thresholds of alerts.
  public record Alerts(
      @Setting(about = "percent of runs that fail", is = "5", min = "1", max = "100") int errorRate,
      @Setting(
              about = "time within which 95 of 100 runs should end",
              is = "5s",
              min = "1ms",
              max = "24h")
          Duration responseTime,
      @Setting(about = "percent of the pool's queue", is = "80", min = "1", max = "100")
          int queueDepth,
      @Setting(about = "percent of the pool's runs at once", is = "80", min = "1", max = "100")
          int activeThreads,
      @Setting(about = "percent of the heap", is = "80", min = "1", max = "100") int memory,
      @Setting(about = "calls that wait for one provider", is = "10", min = "1", max = "1000000")
          int providerQueue,
      @Setting(
              about = "over which failures and times are taken",
              is = "5m",
              min = "1s",
              max = "24h")
          Duration window) {}

  /// Threads in memory.
  public record Threads(
      @Setting(
              about = "how long a thread without work stays in memory",
              is = "300s",
              min = "1s",
              max = "7d")
          Duration idleTimeout,
      @Setting(
              about = "threads in memory; beyond it, those idle the longest are evicted",
              is = "100000",
              min = "1",
              max = "10000000")
          int residentMax,
      @Setting(
              about = "about how much memory they may take together",
              is = "1GB",
              min = "1MB",
              max = "512GB")
          ByteSize residentBytesMax,
      @Setting(
              about = "commands that may wait for one thread",
              is = "1000",
              min = "1",
              max = "100000")
          int mailboxMax,
      @Setting(about = "runs that may wait for one thread", is = "20", min = "0", max = "10000")
          int queuedRunsMax,
      @Setting(
              about =
                  "attempts of a run, each ended by a stop of the server before any call of it has ended; one more fails",
              is = "3",
              min = "1",
              max = "100")
          int attemptsMax) {}

  /// Feeds of threads that are followed or run.
  public record Feed(
      @Setting(
              about = "recent facts of a thread kept for its readers",
              is = "256",
              min = "1",
              max = "65536")
          int ringFacts,
      @Setting(about = "about how much memory these may take", is = "1MB", min = "1KB", max = "1GB")
          ByteSize ringBytes,
      @Setting(about = "readers of one thread", is = "1000", min = "1", max = "100000")
          int readersMax,
      @Setting(
              about = "how long a reader may take nothing before it is disconnected",
              is = "60s",
              min = "1s",
              max = "1h")
          Duration stallMax,
      @Setting(
              about = "facts read at once for a reader far behind",
              is = "200",
              min = "1",
              max = "1000")
          int replayPage,
      @Setting(
              about =
                  "shortest time between two token events of a reader; text that arrives meanwhile is sent together, the first word at once; 0ms: every token by itself",
              is = "20ms",
              min = "0ms",
              max = "1s")
          Duration tokenPause) {}

  /// Limits of tool calls.
  public record Tools(
      @Setting(about = "time limit of a call that sets none", is = "30s", min = "1ms", max = "24h")
          Duration timeout,
      @Setting(about = "size of a result", is = "1MB", min = "1KB", max = "64MB")
          ByteSize resultMax,
      @Setting(about = "calls of tools that block, at once", is = "256", min = "1", max = "100000")
          int parallelMax,
      @Setting(
              about = "how long a question to people waits at most",
              is = "30d",
              min = "1s",
              max = "3650d")
          Duration answerMax) {}

  /// What is logged, and how.
  public record Log(
      @Setting(about = "the least urgent that is written", is = "info") Level level,
      @Setting(about = "one line of words, or one JSON object, for each entry", is = "text")
          LogFormat format) {}
}
