package dev.artserver.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.artserver.app.command.ConfigCommand;
import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ByteSize;
import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
  private static final Path DOCUMENTED = Path.of("conf", "server.yaml");

  @TempDir private Path directory;

  @Test
  void the_documented_file_lists_exactly_the_keys_and_their_defaults() throws IOException {
    String documented = Files.readString(DOCUMENTED);

    String expected = ConfigCommand.document();

    assertThat(documented).as("renew it with ./art config > conf/server.yaml").isEqualTo(expected);
  }

  @Test
  void the_documented_file_means_the_same_as_no_file() {
    ServerConfig fromFile = load(Optional.of(DOCUMENTED), Map.of());

    assertThat(fromFile).isEqualTo(load(Optional.empty(), Map.of()));
  }

  @Test
  void without_a_file_the_defaults_are_safe() {
    ServerConfig config = load(Optional.empty(), Map.of());

    assertThat(config.server().host()).isEqualTo("127.0.0.1");
    assertThat(config.server().bodyMax()).isEqualTo(new ByteSize(8L << 20));
    assertThat(config.pool().maxConcurrentThreads()).isEqualTo(50);
    assertThat(config.pool().queueTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.providers()).containsOnlyKeys("demo");
    assertThat(config.defaults().enabledTools()).containsExactly("calculator");
    assertThat(config.defaults().persona().name()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pool: {maxConcurrentThreads: 0}      | pool.maxConcurrentThreads must be at least 1, got 0
          pool: {maxQueueSize: many}           | pool.maxQueueSize must be a whole number, got "many"
          pool: {maxQueueSize: 1.5}            | pool.maxQueueSize must be a whole number, got 1.5
          pool: {maxQueueSize: "7"}            | pool.maxQueueSize must be a whole number, got "7"
          pool: {maxQueueSize:}                | pool.maxQueueSize must be a whole number, got nothing
          pool: {queueTimeout: 30}             | pool.queueTimeout must be a duration such as 500ms, 30s or 5m, got 30
          pool: {queueTimeout: soon}           | pool.queueTimeout must be a duration such as 500ms, 30s or 5m, got soon
          pool: {queueTimeout: 25h}            | pool.queueTimeout must be at most 24h, got 25h
          pool: {maxMemoryPerThread: 50M}      | pool.maxMemoryPerThread must be a size such as 16KB or 50MB, got 50M
          pool: {colour: red}                  | pool.colour is not a key
          pool: {queueTimout: 3s}              | pool.queueTimout is not a key; did you mean pool.queueTimeout?
          pool: 5                              | pool must hold keys and values, got 5
          pol: {}                              | pol is not a key; did you mean pool?
          store: {kind: cloud}                 | store.kind must be one of memory, file, postgres, got cloud
          store: {postgres: {url: "localhost"}} | store.postgres.url must be like postgresql://host:5432/database, got another
          store: {postgres: {url: "postgresql://a:b@h/d"}} | store.postgres.url must have no password, which has a key of its own, got one that is not shown
          store: {postgres: {password: "secret"}} | store.postgres.password must be a reference ${env:NAME}, got a value that is not shown
          store: {postgres: {tls: verify-full}} | store.postgres.caFile must be given with tls verify-ca and verify-full, got nothing
          server: {host: ""}                   | server.host must be a text, not empty, got nothing
          server: {host: "${env:HOST}"}        | server.host must be a text, not empty, got ${env:HOST}
          server: {managementPort: 8080}       | server.managementPort must differ from port, got 8080
          server: {runTimeout: 2h}             | server.runTimeout must not be longer than runTimeoutMax (3600s), got 7200s
          defaults: {enabledTools: calculator} | defaults.enabledTools must be a list of texts, got "calculator"
          defaults: {provider: other}          | defaults.provider must be one of the providers (demo), got other
          defaults: {execution: {maxItems: 0}} | defaults.execution.maxItems must be at least 1, got 0
          providers: {Demo: {}}                | providers may only have names of a-z, 0-9 and -, at most 63, got 'Demo'
          providers: {demo: {kind: openai}}    | providers.demo.baseUrl must be given for kind openai, got nothing
          providers: {demo: {kind: anthropic}} | providers.demo.apiKey must be given for kind anthropic without a baseUrl, got nothing
          providers: {demo: {kind: gemini}}    | providers.demo.apiKey must be given for kind gemini without a baseUrl, got nothing
          providers: {demo: {kind: claude}}    | providers.demo.kind must be one of demo, openai, responses, anthropic, gemini, ollama, openrouter, deepseek, groq, got claude
          providers: {demo: {promptCaching: 1}} | providers.demo.promptCaching must be true or false, got 1
          providers: {demo: {fallbacks: [other]}} | providers.demo.fallbacks must name other providers (), got other
          providers: {demo: {fallbacks: [demo]}} | providers.demo.fallbacks must name other providers (), got demo
          providers: {demo: {fallbacks: [/x]}} | providers.demo.fallbacks must be like provider or provider/model, got '/x'
          providers: {demo: {rate: {requestsPerMinute: -1}}} | providers.demo.rate.requestsPerMinute must be at least 0, got -1
          providers: {demo: {retry: {firstDelay: 30s}}} | providers.demo.retry.firstDelay must not be longer than delayMax (20000ms), got 30000ms
          providers: {demo: {breaker: {successThreshold: 4}}} | providers.demo.breaker.successThreshold must not be more than halfOpenMaxCalls (3), got 4
          providers: {demo: {breaker: {counts: [timeout, rain]}}} | providers.demo.breaker.counts must be of connection, rate-limit, server-error, timeout, got rain
          providers: {demo: {breaker: {onOpen: pray}}} | providers.demo.breaker.onOpen must be one of fail, wait, fallback, got pray
          providers: {demo: {models: {big: {parallelMax: 3}}}} | providers.demo.models.big.model must be given, got nothing
          providers: {demo: {local: true, models: {big: {model: b}}}} | providers.demo.models must be empty for a local provider, got 1
          providers: {demo: {scope: cluster}}  | providers.demo.scope must be instance without cluster.enabled, got cluster
          providers: {demo: {local: true, scope: cluster}} | providers.demo.scope must be instance for a local provider, got cluster
          providers: {demo: {scope: world}}    | providers.demo.scope must be one of instance, cluster, got world
          providers: {demo: {whenBusy: cry}}   | providers.demo.whenBusy must be one of wait, refuse, got cry
          providers: {demo: {perKey: {max: 0}}} | providers.demo.perKey.max must be at least 1, got 0
          providers: {demo: {perKey: {parallelMax: -1}}} | providers.demo.perKey.parallelMax must be at least 0, got -1
          security: {secretKey: c2hvcnQ=}      | security.secretKey must be a reference ${env:NAME}, got a value that is not shown
          providers: {demo: {baseUrl: "ftp://x"}} | providers.demo.baseUrl must be an http or https address, got ftp://x
          """)
  void a_value_that_breaks_a_rule_is_refused_by_file_key_rule_and_value(
      String yaml, String expected) throws IOException {
    Path file = file(yaml);

    ConfigException refused = refusal(Optional.of(file), Map.of());

    assertThat(refused.faults()).containsExactly(file + ": " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c2hvcnQ= | secretKey must be base64 of 32 bytes, got 5 bytes
          $hush$   | secretKey must be base64 of 32 bytes, got something that is not base64
          """)
  void a_secret_key_that_is_none_is_refused_and_not_shown(String secret, String expected) {
    ConfigException refused = refusal(Optional.empty(), Map.of("ART_SECURITY_SECRET_KEY", secret));

    assertThat(refused.faults())
        .singleElement(STRING)
        .endsWith("security." + expected)
        .doesNotContain(secret);
  }

  @Test
  void every_previous_secret_key_is_checked_and_needs_a_present_one() {
    String good = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    Map<String, String> both =
        Map.of(
            "ART_SECURITY_SECRET_KEY",
            good,
            "ART_SECURITY_PREVIOUS_SECRET_KEYS",
            good + ", " + good + ",c2hvcnQ=");
    Map<String, String> alone = Map.of("ART_SECURITY_PREVIOUS_SECRET_KEYS", good);

    assertThat(refusal(Optional.empty(), both).faults())
        .singleElement(STRING)
        .endsWith("security.previousSecretKeys must be base64 of 32 bytes, got 5 bytes");
    assertThat(refusal(Optional.empty(), alone).faults())
        .singleElement(STRING)
        .endsWith("security.secretKey must be given with previousSecretKeys, got nothing");
  }

  @Test
  void all_faults_are_told_at_once() throws IOException {
    Path file = file("pool: {maxConcurrentThreads: 0, maxQueueSize: -1}\nlog: {level: loud}");

    ConfigException refused = refusal(Optional.of(file), Map.of("ART_STORE_KIND", "cloud"));

    assertThat(refused.faults()).hasSize(4);
  }

  @Test
  void faults_of_a_section_begin_with_what_is_no_key_and_the_environments_come_last()
      throws IOException {
    Path file = file("pool: {maxConcurrentThreads: 0, queueTimout: 3s}");

    assertThat(refusal(Optional.of(file), Map.of("ART_SERVER_PROT", "1")).faults())
        .containsExactly(
            file + ": pool.queueTimout is not a key; did you mean pool.queueTimeout?",
            file + ": pool.maxConcurrentThreads must be at least 1, got 0",
            "ART_SERVER_PROT in the environment overrides no key; did you mean ART_SERVER_PORT?");
  }

  @Test
  void a_file_that_is_no_yaml_is_refused_by_its_line() throws IOException {
    Path file = file("pool:\n  maxQueueSize: [1\n");

    ConfigException refused = refusal(Optional.of(file), Map.of());

    assertThat(refused.faults()).singleElement().asString().startsWith(file + ": line ");
    assertThat(refused.faults()).singleElement().asString().doesNotContain("\n");
  }

  @Test
  void a_key_given_twice_is_refused() throws IOException {
    Path file = file("pool: {maxQueueSize: 1}\npool: {maxQueueSize: 2}");

    ConfigException refused = refusal(Optional.of(file), Map.of());

    assertThat(refused.faults()).singleElement().asString().contains("Duplicate", "pool");
  }

  @Test
  void a_missing_file_is_refused_and_an_empty_one_means_defaults() throws IOException {
    Path missing = directory.resolve("none.yaml");

    assertThat(refusal(Optional.of(missing), Map.of()).faults())
        .containsExactly(missing + ": there is no such file");
    assertThat(load(Optional.of(file("# nothing\n")), Map.of()))
        .isEqualTo(load(Optional.empty(), Map.of()));
  }

  @Test
  void each_source_wins_over_the_one_below() throws IOException {
    Optional<Path> file = Optional.of(file("server: {port: 1000}\npool: {maxQueueSize: 7}"));
    Map<String, String> environment =
        Map.of("ART_SERVER_PORT", "2000", "ART_POOL_QUEUE_TIMEOUT", "5s");
    Argument argument = new Argument("--port", "server.port", "3000");

    ServerConfig config =
        new ConfigLoader(environment).load(ServerConfig.class, file, List.of(argument));

    assertThat(config.server().port()).isEqualTo(3000);
    assertThat(config.pool().queueTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.pool().maxQueueSize()).isEqualTo(7);
  }

  @Test
  void providers_of_the_file_can_be_overridden_by_name() throws IOException {
    Path file =
        file(
            """
            providers:
              demo: {}
              my-gpt: {kind: openai, baseUrl: "https://api.example.org/v1"}
            """);
    Map<String, String> environment =
        Map.of(
            "ART_PROVIDERS_MY_GPT_PARALLEL_MAX", "9",
            "ART_DEFAULTS_ENABLED_TOOLS", "calculator, clock");

    ServerConfig config = load(Optional.of(file), environment);

    assertThat(config.providers().get("my-gpt"))
        .extracting(ProviderSettings::parallelMax)
        .isEqualTo(9);
    assertThat(config.defaults().enabledTools()).containsExactly("calculator", "clock");
  }

  @Test
  void a_bad_argument_or_variable_is_refused_by_its_name() {
    Map<String, String> environment = Map.of("ART_POOL_MAX_QUEUE_SIZE", "-1");
    Argument argument = new Argument("--port", "server.port", "70000");
    ConfigLoader loader = new ConfigLoader(environment);

    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> loader.load(ServerConfig.class, Optional.empty(), List.of(argument)));

    assertThat(refused.faults())
        .containsExactly(
            "--port: server.port must be at most 65535, got 70000",
            "ART_POOL_MAX_QUEUE_SIZE in the environment: pool.maxQueueSize must be at least 0, got"
                + " -1");
  }

  @Test
  void a_variable_that_looks_like_a_key_and_is_none_is_refused() {
    ConfigException refused =
        refusal(
            Optional.empty(),
            Map.of("ART_POOL_MAX_QUEUE_SIZ", "1", "ART_JAVA_OPTS", "-Xmx1g", "ARTIST", "me"));

    assertThat(refused.faults())
        .containsExactly(
            "ART_POOL_MAX_QUEUE_SIZ in the environment overrides no key; did you mean"
                + " ART_POOL_MAX_QUEUE_SIZE?");
  }

  @Test
  void an_unknown_key_is_refused_whichever_source_has_it_also_under_a_free_name()
      throws IOException {
    Path file = file("providers: {demo: {xyz: 1, models: {big: {model: b, paralelMax: 2}}}}");
    Map<String, String> environment =
        Map.of(
            "ART_PROVIDERS_DEMO_PARALEL_MAX", "2",
            "ART_PROVIDERS_OTHER_PARALLEL_MAX", "2",
            "ART_PROVIDERS_DEMO_MODELS_SMALL_MODEL", "s",
            "ART_PROVIDERS", "{}");
    List<Argument> arguments =
        List.of(
            new Argument("--many", "providers.demo.paralelMax", "2"),
            new Argument("--other", "providers.other.parallelMax", "2"),
            new Argument("--port", "server.port", "70000"));
    ConfigLoader loader = new ConfigLoader(environment);

    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> loader.load(ServerConfig.class, Optional.of(file), arguments));

    assertThat(refused.faults())
        .containsExactlyInAnyOrder(
            file + ": providers.demo.xyz is not a key",
            file
                + ": providers.demo.models.big.paralelMax is not a key; did you mean"
                + " providers.demo.models.big.parallelMax?",
            "ART_PROVIDERS in the environment overrides no key; did you mean" + " ART_REDIS_URLS?",
            "ART_PROVIDERS_DEMO_MODELS_SMALL_MODEL in the environment overrides no key; did you"
                + " mean ART_PROVIDERS_DEMO_MODELS_BIG_MODEL?",
            "ART_PROVIDERS_DEMO_PARALEL_MAX in the environment overrides no key; did you mean"
                + " ART_PROVIDERS_DEMO_PARALLEL_MAX?",
            "ART_PROVIDERS_OTHER_PARALLEL_MAX in the environment overrides no key; did you mean"
                + " ART_PROVIDERS_DEMO_PARALLEL_MAX?",
            "--many: providers.demo.paralelMax is not a key; did you mean"
                + " providers.demo.parallelMax?",
            "--other: providers.other.parallelMax is not a key; did you mean"
                + " providers.demo.parallelMax?",
            "--port: server.port must be at most 65535, got 70000");
  }

  @Test
  void keys_of_a_part_the_file_spoils_are_keys_still() throws IOException {
    Path file = file("pool: 5\nproviders: [demo]");
    Map<String, String> environment =
        Map.of("ART_POOL_MAX_QUEUE_SIZE", "7", "ART_PROVIDERS_DEMO_PARALLEL_MAX", "0");

    ConfigException refused = refusal(Optional.of(file), environment);

    assertThat(refused.faults())
        .containsExactlyInAnyOrder(
            file + ": pool must hold keys and values, got 5",
            file + ": providers must hold keys and values, got [\"demo\"]",
            "ART_PROVIDERS_DEMO_PARALLEL_MAX in the environment: providers.demo.parallelMax must be"
                + " at least 1, got 0");
  }

  @Test
  void what_kubernetes_sets_for_a_service_named_art_server_is_no_key() {
    Map<String, String> links =
        Map.of(
            "ART_SERVER_PORT", "tcp://10.0.0.1:8080",
            "ART_SERVER_SERVICE_HOST", "10.0.0.1",
            "ART_SERVER_SERVICE_PORT_HTTP", "8080",
            "ART_SERVER_PORT_8080_TCP_ADDR", "10.0.0.1");

    ServerConfig config = load(Optional.empty(), links);

    assertThat(config.server().port()).isEqualTo(8080);
  }

  @Test
  void a_secret_is_a_reference_and_never_shown() throws IOException {
    Path file = file("providers: {demo: {apiKey: \"${env:DEMO_KEY}\"}}");

    ServerConfig config = load(Optional.of(file), Map.of("DEMO_KEY", "s3cret"));

    assertThat(demo(config).apiKey())
        .hasValueSatisfying(key -> assertThat(key.reveal()).isEqualTo("s3cret"));
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_secret_in_the_file_is_refused_without_showing_it() throws IOException {
    Path file = file("providers: {demo: {apiKey: s3cret}}");

    ConfigException refused = refusal(Optional.of(file), Map.of());

    assertThat(refused.faults())
        .containsExactly(
            file
                + ": providers.demo.apiKey must be a reference ${env:NAME}, got a value that is not"
                + " shown");
  }

  @Test
  void a_secret_that_the_environment_does_not_hold_is_refused_by_name() throws IOException {
    Path file = file("providers: {demo: {apiKey: \"${env:DEMO_KEY}\"}}");

    assertThatThrownBy(() -> load(Optional.of(file), Map.of()))
        .hasMessage(
            file
                + ": providers.demo.apiKey refers to DEMO_KEY, which the environment does not hold");
  }

  @Test
  void a_variable_that_overrides_a_secret_may_hold_it() {
    ServerConfig config = load(Optional.empty(), Map.of("ART_PROVIDERS_DEMO_API_KEY", "s3cret"));

    assertThat(demo(config).apiKey())
        .hasValueSatisfying(key -> assertThat(key.reveal()).isEqualTo("s3cret"));
  }

  private static ProviderSettings demo(ServerConfig config) {
    return Objects.requireNonNull(config.providers().get("demo"));
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(directory.resolve("server.yaml"), yaml);
  }

  private static ServerConfig load(Optional<Path> file, Map<String, String> environment) {
    return new ConfigLoader(environment).load(ServerConfig.class, file, List.of());
  }

  private static ConfigException refusal(Optional<Path> file, Map<String, String> environment) {
    return catchThrowableOfType(ConfigException.class, () -> load(file, environment));
  }
}
