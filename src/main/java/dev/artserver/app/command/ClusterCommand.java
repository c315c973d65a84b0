package dev.artserver.app.command;

import dev.artserver.app.local.ClusterPlan;
import dev.artserver.app.local.Instance;
import dev.artserver.app.local.LocalCluster;
import dev.artserver.app.logging.LogFormat;
import dev.artserver.app.logging.Logging;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.event.Level;

/// Runs a cluster on this machine until the process is told to stop, or no instance is left.
final class ClusterCommand {
  private final Console console;
  private final Map<String, String> environment;
  private final Logging logging;
  private final StopSignals signals;
  private final Class<?> main;

  /// @param main the class that each instance starts
  ClusterCommand(
      Console console,
      Map<String, String> environment,
      Logging logging,
      StopSignals signals,
      Class<?> main) {
    this.console = console;
    this.environment = Map.copyOf(environment);
    this.logging = logging;
    this.signals = signals;
    this.main = main;
  }

  /// Gives the exit code: 0 when it was told to stop. Throws `ConfigException` and
  /// `StartException`.
  int run(Command.Cluster wanted) {
    logging.configure(Level.WARN, LogFormat.TEXT);
    ClusterPlan plan =
        new ClusterPlan(
            wanted.instances(),
            wanted.port(),
            wanted.data(),
            wanted.config(),
            wanted.postgres(),
            wanted.redis(),
            List.of(),
            environment,
            main.getName());
    CompletableFuture<Integer> code = new CompletableFuture<>();
    AtomicBoolean told = new AtomicBoolean();
    LocalCluster cluster = new LocalCluster(plan, new SecureRandom(), this::sayEnd);
    StopSignals.Watch watch =
        signals.onStop(() -> {
          told.set(true);
          cluster.close();
          code.complete(Console.DONE);
          return Console.DONE;
        });
    try {
      cluster.start();
      cluster.instances().forEach(instance -> say(instance.toString()));
      cluster.awaitReady();
      say("ready");
      cluster.awaitEnds();
    } catch (RuntimeException cannot) {
      if (told.get()) {
        return code.join();
      }
      cluster.close();
      watch.end();
      throw cannot;
    }
    if (told.get()) {
      return code.join();
    }
    cluster.close();
    watch.end();
    return console.refuse(Console.FAILED, List.of("cluster: no instance is left"));
  }

  private void sayEnd(Instance instance, int code) {
    say("instance " + instance.number() + " ended with code " + code);
  }

  private void say(String line) {
    console.say(line);
    console.out().flush();
  }
}
