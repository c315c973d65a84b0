package dev.artserver.app.local;

import dev.artserver.app.server.StartException;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.bench.process.JvmOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Server processes on this machine that are one cluster. An instance that ends is not started
/// again. `close` may be called by any thread at any time; everything else by one thread. When this
/// process is killed, all others end by themselves.
public final class LocalCluster implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofMinutes(3);

  /// For an instance, behind its own grace.
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private static final int POLL_MS = 50;
  private static final int SECRET_BYTES = 32;

  /// Percent of memory that all heaps may take together.
  private static final int HEAPS = 60;

  private final ClusterPlan plan;
  private final BiConsumer<Instance, Integer> onEnd;
  private final SecureRandom random;
  private final FreePorts freePorts;
  private final ClusterKeys keys;
  private final List<String> members = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private Duration grace = Duration.ZERO;
  private boolean closed;
  private @Nullable ClusterDirectory directory;
  private @Nullable LocalServices services;

  /// Starts nothing yet.
  ///
  /// @param onEnd gets each instance that ends by itself or by a signal, and its exit code; called
  ///   by any thread
  public LocalCluster(ClusterPlan plan, SecureRandom random, BiConsumer<Instance, Integer> onEnd) {
    this.plan = plan;
    this.onEnd = onEnd;
    this.random = random;
    this.freePorts = new FreePorts(random);
    this.keys = new ClusterKeys(plan, secret());
  }

  /// Starts the services and all instances and waits for the services only. Throws
  /// `ConfigException` or `StartException`; `close` is to be called also then.
  public void start() {
    ClusterDirectory opened = ClusterDirectory.open(plan.directory());
    hold(opened);
    Map<String, Integer> ports = new LinkedHashMap<>();
    if (plan.postgres().isEmpty()) {
      ports.put(LocalPostgres.NAME, freePorts.next());
      keys.usePostgres(ports.get(LocalPostgres.NAME));
    }
    if (plan.redis().isEmpty()) {
      ports.put(LocalRedis.NAME, freePorts.next());
      keys.useRedis(ports.get(LocalRedis.NAME));
    }
    List<ClusterPorts> all = new ArrayList<>();
    for (int i = 0; i < plan.instances(); i++) {
      all.add(newPorts(plan.port() == 0 ? freePorts.next() : plan.port() + i));
    }
    ServerConfig config = keys.check(withMembers(all.getFirst()), opened.secretKey(this::secret));
    grace = config.server().shutdownGrace();
    if (!ports.isEmpty()) {
      launchServices(ports).await();
    }
    all.forEach(own -> launch(withMembers(own)));
  }

  /// Starts one more, with ports that are free, and does not wait until it is ready.
  public Instance startAnother() {
    return launch(withMembers(newPorts(freePorts.next())));
  }

  /// Those started so far, ended ones too, in the order of their numbers.
  public synchronized List<Instance> instances() {
    return List.copyOf(instances);
  }

  /// Waits until all instances are ready and know each other. Throws `StartException` when one has
  /// ended, or after three minutes.
  public void awaitReady() {
    awaitReady(instances());
  }

  /// Waits until these are ready and each knows as many. Throws `StartException` when one has
  /// ended, or after three minutes.
  public void awaitReady(List<Instance> all) {
    long until = System.nanoTime() + READY_MAX.toNanos();
    for (Instance instance : all) {
      while (!(instance.isReady() && instance.knows(all.size()))) {
        if (!instance.isAlive()) {
          throw new StartException(
              "cluster: instance "
                  + instance.number()
                  + " has ended: "
                  + instance.lastLine()
                  + "; see "
                  + instance.log());
        }
        if (System.nanoTime() > until) {
          throw new StartException(
              "cluster: instance "
                  + instance.number()
                  + " is not ready after "
                  + READY_MAX.toSeconds()
                  + " s; see "
                  + instance.log());
        }
        pause(instance);
      }
    }
  }

  /// Waits until every instance has ended and `onEnd` has been called for each, or the cluster is
  /// closed.
  public void awaitEnds() {
    for (Instance instance : instances()) {
      instance.ended().join();
    }
  }

  private static void pause(Instance instance) {
    try {
      instance.process().waitFor(POLL_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      throw new StartException("cluster: interrupted while it started");
    }
  }

  /// Stops all instances in order, by force those that take longer than `server.shutdownGrace` and
  /// 10 s, and then the services.
  @Override
  public void close() {
    // Nothing is waited for under the lock: whoever tells of an end must get it.
    List<Instance> all;
    LocalServices ownServices;
    ClusterDirectory ownDirectory;
    synchronized (this) {
      closed = true;
      all = instances();
      ownServices = services;
      services = null;
      ownDirectory = directory;
      directory = null;
    }
    for (Instance instance : all) {
      if (instance.isAlive()) {
        instance.terminate();
        instance.resume();
      }
    }
    long until = System.nanoTime() + grace.plus(CLOSE_MAX).toNanos();
    for (Instance instance : all) {
      if (!instance.endsWithin(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
        instance.kill();
        instance.endsWithin(CLOSE_MAX);
      }
    }
    if (ownServices != null) {
      ownServices.close();
    }
    if (ownDirectory != null) {
      ownDirectory.close();
    }
  }

  private synchronized void hold(ClusterDirectory opened) {
    directory = opened;
  }

  private synchronized LocalServices launchServices(Map<String, Integer> ports) {
    checkOpen();
    LocalServices launched = LocalServices.launch(plan.directory(), ports, plan.environment());
    services = launched;
    return launched;
  }

  private synchronized Instance launch(ClusterPorts ports) {
    checkOpen();
    int number = instances.size() + 1;
    List<String> words = new ArrayList<>(List.of("serve"));
    plan.config().ifPresent(file -> words.addAll(List.of("--config", file.toString())));
    JvmProcess jvm =
        new JvmProcess(jvmOptions(), "", plan.mainClass(), words, keys.environment(ports));
    Path log = plan.directory().resolve("instance-" + number + ".log");
    Process process =
        JvmProcess.start(jvm.builder().redirectErrorStream(true).redirectOutput(log.toFile()));
    Instance instance =
        new Instance(number, ports.api(), ports.management(), log, process, this::ended);
    instances.add(instance);
    return instance;
  }

  private void ended(Instance instance, int code) {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    onEnd.accept(instance, code);
  }

  private void checkOpen() {
    if (closed) {
      throw new StartException("cluster: it is stopped");
    }
  }

  /// The heaps share the machine, unless this process was given one.
  private List<String> jvmOptions() {
    List<String> options = new ArrayList<>(JvmOptions.ofThisProcess().shared());
    if (options.stream().noneMatch(option -> option.startsWith("-Xmx"))) {
      options.add("-XX:InitialRAMPercentage=2");
      options.add("-XX:MaxRAMPercentage=" + HEAPS / plan.instances());
    }
    options.addAll(plan.jvmOptions());
    return options;
  }

  private ClusterPorts newPorts(int api) {
    ClusterPorts ports =
        new ClusterPorts(api, freePorts.next(), freePorts.next(), freePorts.next(), List.of());
    members.add("127.0.0.1:" + ports.member());
    return ports;
  }

  private ClusterPorts withMembers(ClusterPorts ports) {
    return new ClusterPorts(ports.api(), ports.management(), ports.member(), ports.bus(), members);
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
