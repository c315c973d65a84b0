package dev.artserver.app;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.ByteSize;
import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Section;
import dev.artserver.app.config.Setting;
import dev.artserver.app.logging.LogFormat;
import dev.artserver.model.OnBusy;
import dev.artserver.model.SystemPrompt;
import dev.artserver.provider.Fallback;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/// Everything a person may set. Keys, defaults, bounds and words stand here only:
/// `conf/server.yaml` and the names of environment variables come from it. The rooms' own config
/// records are made from it when the server is put together.
public record ServerConfig(
    @Section(about = "connections and what runs on them") Server server,
    @Section(about = "where threads last") Store store,
    @Section(about = "images in messages; base64 makes them a third larger in a request's body")
        Images images,
    @Section(about = "how many runs proceed at once") Pool pool,
    @Section(about = "when the server has too much to do, and what it does then") Load load,
    @Section(about = "what people are told of; each alert ends below four fifths of its threshold")
        Alerts alerts,
    @Section(about = "what one thread may hold") Threads threads,
    @Section(about = "what those who follow a thread are kept") Feed feed,
    @Section(
            about =
                "model providers by name; a file that names some replaces the ones below. Kinds and"
                    + " what they need: docs/providers.md",
            names = "demo")
        Map<String, Provider> providers,
    @Section(about = "what a thread's configuration is where its creator says nothing")
        Defaults defaults,
    @Section(about = "tools of every thread") Tools tools,
    @Section(about = "what is written to standard error") Log log) {

  public ServerConfig {
    providers = Map.copyOf(providers);
    require(
        providers.containsKey(defaults.provider),
        "defaults.provider must be one of the providers ("
            + String.join(", ", providers.keySet().stream().sorted().toList())
            + "), got "
            + defaults.provider);
    ProviderLinks.check(providers);
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
              about = "size of a WebSocket message from a client",
              is = "1MB",
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
      @Setting(
              about = "how long a run may take that does not say",
              is = "10m",
              min = "1s",
              max = "7d")
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
      @Setting(about = "file lasts; memory is gone when the server stops", is = "file")
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
              about = "how long an Idempotency-Key is remembered",
              is = "24h",
              min = "1m",
              max = "90d")
          Duration operationsKept) {}

  /// What a store is made of.
  public enum StoreKind {
    MEMORY,
    FILE
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

  /// Admission of runs.
  public record Pool(
      @Setting(about = "runs that proceed at once", is = "50", min = "1", max = "100000")
          int maxConcurrentThreads,
      @Setting(
              about = "runs that may wait for their turn; one more is refused",
              is = "100",
              min = "0",
              max = "1000000")
          int maxQueueSize,
      @Setting(about = "how long a run may wait for its turn", is = "30s", min = "1ms", max = "24h")
          Duration queueTimeout,
      @Setting(
              about = "memory of one thread's state and conversation",
              is = "50MB",
              min = "64KB",
              max = "4GB")
          ByteSize maxMemoryPerThread,
      @Setting(
              about =
                  "shares of users, by the userId of their threads, that are not one: ada=3 gets"
                      + " three slots where others get one")
          List<String> userWeights) {
    public Pool {
      userWeights = List.copyOf(userWeights);
      weights(userWeights);
    }

    Map<String, Integer> weights() {
      return weights(userWeights);
    }

    private static Map<String, Integer> weights(List<String> written) {
      Map<String, Integer> weights = new HashMap<>();
      for (String one : written) {
        int equals = one.lastIndexOf('=');
        String share = one.substring(equals + 1);
        require(
            equals > 0 && share.matches("[1-9][0-9]{0,3}"),
            "userWeights must be such as ada=3, with 1 to 9999, got " + one);
        weights.put(one.substring(0, equals), Integer.valueOf(share));
      }
      return weights;
    }
  }

  /// Load control.
  public record Load(
      @Setting(
              about =
                  "whether fewer runs proceed under load, and new ones are refused while it is too"
                      + " high; otherwise it is only shown",
              is = "false")
          boolean adaptive,
      @Setting(about = "runs that proceed also under load", is = "5", min = "1", max = "100000")
          int minConcurrentThreads,
      @Setting(
              about = "load in percent from which it is too high",
              is = "90",
              min = "2",
              max = "100")
          int scaleUpThreshold,
      @Setting(about = "load in percent at which it is no longer", is = "70", min = "1", max = "99")
          int scaleDownThreshold,
      @Setting(
              about = "waiting so long for a turn counts as full load",
              is = "5s",
              min = "1ms",
              max = "24h")
          Duration targetResponseTime) {
    public Load {
      require(
          scaleDownThreshold < scaleUpThreshold,
          "scaleDownThreshold must be below scaleUpThreshold ("
              + scaleUpThreshold
              + "), got "
              + scaleDownThreshold);
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
              about = "threads in memory; past it the longest idle leave first",
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
                  "how often a run is begun without a call of it ending before it fails: the server stopped each time",
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
          int replayPage) {}

  /// One model service with one set of credentials.
  public record Provider(
      @Setting(about = "what protocol it speaks; demo is built in and needs no key", is = "demo")
          ProviderKind kind,
      @Setting(
              about = "where its API is; every kind but openai knows",
              example = "https://api.openai.com/v1")
          Optional<URI> baseUrl,
      @Setting(about = "its credential, always a reference", example = "${env:OPENAI_API_KEY}")
          Optional<Secret> apiKey,
      @Setting(about = "calls at once", is = "5", min = "1", max = "100000") int parallelMax,
      @Setting(
              about = "calls that may wait for their turn",
              is = "1000",
              min = "0",
              max = "1000000")
          int waitingMax,
      @Setting(
              about = "how long a call may wait for its turn",
              is = "30s",
              min = "1ms",
              max = "24h")
          Duration waitMax,
      @Setting(
              about = "how long an unused connection is kept",
              is = "300s",
              min = "1s",
              max = "24h")
          Duration idleTimeout,
      @Setting(about = "how long connecting may take", is = "10s", min = "1ms", max = "10m")
          Duration connectTimeout,
      @Setting(
              about = "how long the first part of an answer may take",
              is = "60s",
              min = "1ms",
              max = "1h")
          Duration firstTokenTimeout,
      @Setting(about = "how long an answer may pause", is = "30s", min = "1ms", max = "1h")
          Duration betweenTokensTimeout,
      @Setting(about = "how long a call may take in all", is = "5m", min = "1ms", max = "24h")
          Duration callTimeout,
      @Setting(
              about = "demo only: pause between two words of an answer",
              is = "20ms",
              min = "0ms",
              max = "1m")
          Duration tokenDelay,
      @Setting(
              about = "anthropic only: whether what requests begin with alike is to be cached",
              is = "true")
          boolean promptCaching,
      @Setting(
              about =
                  "whether it runs on a machine of yours: one call at a time over all local"
                      + " providers",
              is = "false")
          boolean local,
      @Setting(about = "what a call of a local provider does when one is under way", is = "wait")
          WhenBusy whenBusy,
      @Setting(
              about = "where calls go that it cannot serve, in order: provider or provider/model",
              example = "[other/model-1, another]")
          List<String> fallbacks,
      @Section(about = "what it allows in a minute; docs/quotas.md says how it is counted")
          QuotaSettings.Rate rate,
      @Section(about = "tries after one that failed before its first token")
          QuotaSettings.Retry retry,
      @Section(about = "when it failed so often that it is left alone")
          QuotaSettings.Breaker breaker,
      @Section(
              about =
                  "limits of single models, each under a name of your choice: model, parallelMax,"
                      + " requestsPerMinute, tokensPerMinute")
          Map<String, QuotaSettings.Model> models) {
    public Provider {
      fallbacks = List.copyOf(fallbacks);
      fallbacks.forEach(Fallback::parse);
      models = Map.copyOf(models);
      require(
          kind != ProviderKind.OPENAI || baseUrl.isPresent(),
          "baseUrl must be given for kind openai, got nothing");
      require(
          !kind.keyNeeded || baseUrl.isPresent() || apiKey.isPresent(),
          "apiKey must be given for kind " + kind.word() + " without a baseUrl, got nothing");
      require(
          !local || models.isEmpty(),
          "models must be empty for a local provider, got " + models.size());
    }
  }

  /// What a call of a local provider does when another is under way.
  public enum WhenBusy {
    WAIT,
    REFUSE
  }

  /// Model services by what they speak.
  public enum ProviderKind {
    /// The deterministic model inside the server.
    DEMO(false),
    /// OpenAI's chat completions, which many servers speak.
    OPENAI(false),
    /// OpenAI's newer protocol.
    RESPONSES(true),
    /// Anthropic's messages.
    ANTHROPIC(true),
    /// Google's Gemini API.
    GEMINI(true),
    /// A local model server, in its own words.
    OLLAMA(false),
    /// OpenAI's chat completions as OpenRouter speaks them.
    OPENROUTER(true),
    /// OpenAI's chat completions as DeepSeek speaks them.
    DEEPSEEK(true),
    /// OpenAI's chat completions as Groq speaks them.
    GROQ(true);

    private final boolean keyNeeded;

    ProviderKind(boolean keyNeeded) {
      this.keyNeeded = keyNeeded;
    }

    /// As it is written in a file.
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A new thread's configuration.
  public record Defaults(
      @Setting(about = "which of the providers", is = "demo") String provider,
      @Setting(about = "the provider's name of the model", is = "demo-1") String model,
      @Setting(about = "how the agent works: pes (plan, execute, synthesise) or react", is = "pes")
          String agent,
      @Setting(about = "tools the agent may call", is = "calculator") List<String> enabledTools,
      @Setting(
              about = "messages of the conversation a model is shown",
              is = "20",
              min = "0",
              max = "1000")
          int historyLimit,
      @Setting(about = "what a new run does when its thread has one", is = "enqueue") OnBusy onBusy,
      @Section(about = "bounds of the agent's loops") Execution execution,
      @Section(about = "who the agent is") Persona persona,
      @Section(about = "words added to the agent's instructions") Prompt systemPrompt) {
    public Defaults {
      enabledTools = List.copyOf(enabledTools);
    }
  }

  /// Bounds of an agent's loops, by their names on the wire.
  public record Execution(
      @Setting(about = "model calls for one item of a plan", is = "5", min = "1", max = "100")
          int maxIterations,
      @Setting(about = "items of a plan", is = "50", min = "1", max = "1000") int maxItems,
      @Setting(
              about = "characters of a tool's result a model is shown",
              is = "60000",
              min = "100",
              max = "1000000")
          int toolResultMaxLength) {}

  /// Who the agent is; each part may stay open.
  public record Persona(
      @Setting(about = "what the agent is called", example = "Ada") Optional<String> name,
      @Setting(about = "how it plans", example = "Plan in small steps.") Optional<String> planning,
      @Setting(about = "how it carries out a step", example = "Check every number.")
          Optional<String> execution,
      @Setting(about = "how it words its answer", example = "Answer in one sentence.")
          Optional<String> synthesis) {}

  /// Words of the operator's own.
  public record Prompt(
      @Setting(about = "the words", example = "Never promise a delivery date.")
          Optional<String> content,
      @Setting(about = "where they go", is = "append") SystemPrompt.Strategy strategy) {}

  /// Limits of tool calls.
  public record Tools(
      @Setting(
              about = "how long a call may take that does not say",
              is = "30s",
              min = "1ms",
              max = "24h")
          Duration timeout,
      @Setting(about = "size of a result", is = "1MB", min = "1KB", max = "64MB")
          ByteSize resultMax,
      @Setting(about = "calls of tools that block, at once", is = "256", min = "1", max = "100000")
          int parallelMax) {}

  /// What is logged, and how.
  public record Log(
      @Setting(about = "the least urgent that is written", is = "info") Level level,
      @Setting(about = "one line of words, or one JSON object, for each entry", is = "text")
          LogFormat format) {}
}
