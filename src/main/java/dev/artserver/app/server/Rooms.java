package dev.artserver.app.server;

import dev.artserver.admission.LocalAdmission;
import dev.artserver.agent.AgentCore;
import dev.artserver.agent.PesAgent;
import dev.artserver.agent.ReactAgent;
import dev.artserver.app.settings.RoomConfigs;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.Api;
import dev.artserver.http.ApiVerticle;
import dev.artserver.http.Authenticator;
import dev.artserver.http.HttpConfig;
import dev.artserver.model.Fact;
import dev.artserver.model.Ids;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.Alerts;
import dev.artserver.observe.AlertsConfig;
import dev.artserver.observe.MachineProbe;
import dev.artserver.observe.Metrics;
import dev.artserver.observe.MonitorVerticle;
import dev.artserver.observe.Operations;
import dev.artserver.observe.RunOutcomes;
import dev.artserver.observe.ThreadMonitor;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.call.ConfiguredProvider;
import dev.artserver.provider.call.LocalProviders;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.file.FileThreadStore;
import dev.artserver.store.memory.MemoryThreadStore;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.ThreadServices;
import dev.artserver.thread.Threads;
import dev.artserver.thread.ThreadsVerticle;
import dev.artserver.tool.ToolRegistry;
import dev.artserver.tool.ToolRunner;
import dev.artserver.tool.builtin.AskUserTool;
import dev.artserver.tool.builtin.CalculatorTool;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/// The rooms of one server, built from the store up by constructors; each step needs only those
/// before it.
final class Rooms {
  /// Threads without work that people may still look up among those monitored.
  private static final int ENDED_THREADS_MONITORED = 1_000;

  private final Vertx vertx;
  private final ServerConfig config;
  private final RoomConfigs configs;
  private final Metrics metrics;
  private final MachineProbe machine;
  private final InstantSource clock = InstantSource.system();
  private final Ids ids = Ids.secure(clock);
  private final KeySafe safe;

  /// Told of durable facts; some need what is built after the threads.
  private final List<BiConsumer<ThreadId, List<Fact>>> witnesses = new CopyOnWriteArrayList<>();

  Rooms(Vertx vertx, ServerConfig config, Metrics metrics, MachineProbe machine) {
    this.vertx = vertx;
    this.config = config;
    this.configs = new RoomConfigs(config);
    this.safe = configs.safe();
    this.metrics = metrics;
    this.machine = machine;
  }

  /// What watches threads and runs.
  private record Monitoring(ThreadMonitor monitor, RunOutcomes outcomes, Operations operations) {
    void onFacts(ThreadId thread, List<Fact> facts) {
      monitor.onFacts(thread, facts);
      outcomes.onFacts(facts);
    }

    MonitorVerticle verticle() {
      return new MonitorVerticle(operations.alerts(), monitor);
    }
  }

  /// What is open once everything stands.
  record Open(
      ThreadStore store,
      LocalProviders providers,
      ToolRunner tools,
      LocalThreads threads,
      ClusterPart part,
      ThreadsVerticle keeper,
      String api,
      int port) {}

  /// Opens the store.
  Future<ThreadStore> openStore() {
    return switch (config.store().kind()) {
      case MEMORY -> Future.succeededFuture(new MemoryThreadStore());
      case FILE ->
          FileThreadStore.open(vertx, configs.fileStore(), System::nanoTime, metrics.storeAppends())
              .map(opened -> opened);
      case POSTGRES ->
          new PostgresStart(
                  vertx,
                  configs.postgresStore(),
                  config.cluster().enabled(),
                  metrics.storeAppends())
              .within(config.store().postgres().startTimeout());
    };
  }

  /// Builds everything on an open store and listens last.
  Future<Open> open(ThreadStore store, int eventLoops) {
    return LocalAdmission.start(vertx, configs.pool(), configs.load(), clock, machine)
        .compose(admission ->
            clusterPart(store, admission)
                .compose(part ->
                    LocalProviders.start(
                            vertx, clock, new Random(), safe, part.permits(), providers())
                        .compose(
                            providers -> open(store, admission, part, providers, eventLoops))));
  }

  /// Closes what `open` opened, in the other direction; runs that are under way may end within
  /// `grace`.
  Future<Void> close(Open open, Duration grace) {
    open.part().drain();
    return open.keeper()
        .stopWithin(grace)
        .transform(parked -> open.part().leave())
        .transform(left -> vertx.undeploy(open.api()))
        .transform(silent -> {
          open.tools().close();
          return open.providers().close();
        })
        .transform(closed -> open.store().close());
  }

  private Future<Open> open(
      ThreadStore store,
      LocalAdmission admission,
      ClusterPart part,
      LocalProviders providers,
      int eventLoops) {
    ToolRunner tools =
        new ToolRunner(
            vertx,
            new ToolRegistry(List.of(new CalculatorTool(), new AskUserTool())),
            configs.tools(),
            clock);
    ThreadServices services =
        new ThreadServices(
            configs.threads(),
            configs.profiles(safe),
            store,
            admission,
            providers,
            tools,
            cores(),
            ids,
            clock,
            new VertxTimers(vertx),
            (thread, facts) -> witnesses.forEach(one -> one.accept(thread, facts)));
    return LocalThreads.open(vertx, services, configs.feed(), part.ownership(), eventLoops)
        .compose(threads -> open(services, admission, providers, tools, threads, part, eventLoops));
  }

  private Future<ClusterPart> clusterPart(ThreadStore store, LocalAdmission admission) {
    return config.cluster().enabled()
        ? ClusterMember.open(vertx, config, store, admission::stats, ids, clock)
        : Future.succeededFuture(new SoleInstance(config, admission::stats, ids.next()));
  }

  private Future<Open> open(
      ThreadServices services,
      LocalAdmission admission,
      LocalProviders providers,
      ToolRunner tools,
      LocalThreads threads,
      ClusterPart part,
      int eventLoops) {
    ThreadsVerticle keeper = new ThreadsVerticle(threads, services);
    watch(admission, providers, threads);
    Monitoring monitoring = monitoring(admission, providers, threads);
    witnesses.add(monitoring::onFacts);
    witnesses.add(new RunCounts(metrics.runs()));
    // The instance takes part before it answers others and clients.
    Threads all = part.join(threads);
    Api api =
        new Api(
            configs.http(),
            all,
            tools::all,
            monitoring.operations(),
            part.instances(monitoring.operations()),
            RoomConfigs.sealer(safe),
            Authenticator.ANONYMOUS,
            Version.current(),
            ids,
            clock);
    List<ApiVerticle> verticles = new CopyOnWriteArrayList<>();
    return vertx
        .deployVerticle(keeper)
        .compose(deployed -> vertx.deployVerticle(monitoring.verticle()))
        .compose(deployed -> listen(api, verticles, eventLoops))
        .map(id -> {
          // Goes on in the background, as there is room, and while the store does not serve.
          FireAndForget.logged(keeper.recover(), "recover unfinished threads");
          int port = verticles.getFirst().port();
          part.listensOn(port);
          return new Open(services.store(), providers, tools, threads, part, keeper, id, port);
        });
  }

  private Future<String> listen(Api api, List<ApiVerticle> verticles, int eventLoops) {
    HttpConfig wanted = configs.http();
    return vertx
        .deployVerticle(
            () -> {
              ApiVerticle verticle = new ApiVerticle(api, new Random());
              verticles.add(verticle);
              return verticle;
            },
            new DeploymentOptions().setInstances(eventLoops))
        .recover(cause ->
            Future.failedFuture(
                StartException.listening("server.port", wanted.host(), wanted.port(), cause)));
  }

  private static Map<String, AgentCore> cores() {
    return Map.of(PesAgent.NAME, new PesAgent(), ReactAgent.NAME, new ReactAgent());
  }

  private List<ConfiguredProvider> providers() {
    ProviderClients clients = new ProviderClients(vertx, clock);
    List<ConfiguredProvider> providers = new ArrayList<>();
    config
        .providers()
        .forEach((name, provider) ->
            providers.add(
                new ConfiguredProvider(
                    RoomConfigs.provider(name, provider),
                    ProviderClients.key(provider),
                    clients.of(name, provider),
                    metrics.providerCalls(name))));
    return providers;
  }

  private Monitoring monitoring(
      LocalAdmission admission, LocalProviders providers, LocalThreads threads) {
    AlertsConfig config = configs.alerts();
    RunOutcomes outcomes = new RunOutcomes(clock, config.window());
    Alerts alerts = new Alerts(clock, metrics.alertChanges());
    alerts.watch(config, outcomes, admission::stats, admission::load, providers::stats);
    metrics.watchAlerts(alerts);
    metrics.watchAdmission(admission::stats, admission::load);
    ThreadMonitor monitor = new ThreadMonitor(ENDED_THREADS_MONITORED, threads::weight);
    return new Monitoring(
        monitor,
        outcomes,
        new Operations(
            admission::stats,
            admission::load,
            admission::place,
            providers::stats,
            providers::waitOf,
            monitor,
            alerts));
  }

  private void watch(LocalAdmission admission, LocalProviders providers, LocalThreads threads) {
    metrics.watchPool(() -> admission.stats().active(), () -> admission.stats().queued());
    metrics.watchThreads(threads::active);
    for (ProviderStats stats : providers.stats()) {
      metrics.watchProvider(() -> now(providers, stats.name()));
    }
  }

  private static ProviderStats now(LocalProviders providers, String name) {
    return providers.stats().stream()
        .filter(stats -> stats.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
