package dev.artserver.app.local;

import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ConfigException;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.settings.ServerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The keys of the configuration that make an instance part of the cluster. They are laid over the
/// configuration's file by variables of the environment, which other users of the machine cannot
/// read, unlike a command line.
final class ClusterKeys {
  private static final String SECRET_KEY = "security.secretKey";
  private static final String OPTION = "cluster";

  private final ClusterPlan plan;

  /// By key.
  private final Map<String, String> secrets = new HashMap<>();

  /// The same for all instances.
  private final List<Argument> common = new ArrayList<>();

  ClusterKeys(ClusterPlan plan, String clusterSecret) {
    this.plan = plan;
    secrets.put("cluster.secret", clusterSecret);
    set("server.host", "127.0.0.1");
    set("server.managementHost", "127.0.0.1");
    set("cluster.enabled", "true");
    set("cluster.host", "127.0.0.1");
    set("store.kind", "postgres");
    plan.postgres()
        .ifPresent(url -> common.add(new Argument("--postgres", "store.postgres.url", url)));
    plan.redis().ifPresent(url -> common.add(new Argument("--redis", "redis.urls", url)));
  }

  private void set(String key, String value) {
    common.add(new Argument(OPTION, key, value));
  }

  /// Has the instances use a PostgreSQL of the cluster's own.
  void usePostgres(int port) {
    set("store.postgres.url", "postgresql://127.0.0.1:" + port + "/postgres");
    set("store.postgres.user", "postgres");
    set("store.postgres.tls", "disable");
    secrets.put("store.postgres.password", "postgres");
  }

  /// Has the instances use a Redis of the cluster's own.
  void useRedis(int port) {
    set("redis.urls", "redis://127.0.0.1:" + port);
    set("redis.mode", "standalone");
  }

  /// Checks the configuration of an instance and gives it. `secretKey` is taken when the
  /// configuration has none of its own. Throws `ConfigException`.
  ServerConfig check(ClusterPorts ports, String secretKey) {
    try {
      ServerConfig own = load(ports);
      if (own.security().secretKey().isPresent()) {
        return own;
      }
    } catch (ConfigException withoutSecretKey) {
      // With a key the configuration may be right; if not, that says the same.
      secrets.put(SECRET_KEY, secretKey);
    }
    secrets.put(SECRET_KEY, secretKey);
    return load(ports);
  }

  private ServerConfig load(ClusterPorts ports) {
    List<Argument> arguments = new ArrayList<>(common);
    arguments.addAll(of(ports));
    Map<String, String> variables = new HashMap<>(plan.environment());
    secrets.forEach((key, value) -> variables.put(ConfigLoader.variable(key), value));
    return new ConfigLoader(variables).load(ServerConfig.class, plan.config(), arguments);
  }

  /// All variables of an instance's environment.
  Map<String, String> environment(ClusterPorts ports) {
    Map<String, String> variables = new HashMap<>(plan.environment());
    secrets.forEach((key, value) -> variables.put(ConfigLoader.variable(key), value));
    for (Argument argument : common) {
      variables.put(ConfigLoader.variable(argument.key()), argument.value());
    }
    for (Argument argument : of(ports)) {
      variables.put(ConfigLoader.variable(argument.key()), argument.value());
    }
    return variables;
  }

  private static List<Argument> of(ClusterPorts ports) {
    return List.of(
        new Argument("--port", "server.port", Integer.toString(ports.api())),
        new Argument(OPTION, "server.managementPort", Integer.toString(ports.management())),
        new Argument(OPTION, "cluster.port", Integer.toString(ports.member())),
        new Argument(OPTION, "cluster.busPort", Integer.toString(ports.bus())),
        new Argument(OPTION, "cluster.members", String.join(",", ports.members())));
  }
}
