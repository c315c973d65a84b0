package dev.artserver.app.local;

import static dev.artserver.model.Checks.require;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a cluster on this machine is to be.
///
/// @param instances how many server processes, 1 to 16
/// @param port of the first one's API, the others have the next ones; 0: any that are free
/// @param directory for logs, and for the data of its own PostgreSQL, which stays there
/// @param config the file of configuration below the keys of the cluster
/// @param postgres URL of a database to use; empty: one of its own
/// @param redis URL of a Redis to use; empty: one of its own
/// @param jvmOptions of each instance, behind those of this process
/// @param environment variables of each instance
/// @param mainClass what each instance starts with the word `serve`
public record ClusterPlan(
    int instances,
    int port,
    Path directory,
    Optional<Path> config,
    Optional<String> postgres,
    Optional<String> redis,
    List<String> jvmOptions,
    Map<String, String> environment,
    String mainClass) {
  public static final int INSTANCES_MAX = 16;

  private static final int PORT_MAX = 65_535;

  public ClusterPlan {
    require(
        instances >= 1 && instances <= INSTANCES_MAX,
        "instances must be 1 to " + INSTANCES_MAX + ", got " + instances);
    require(
        port >= 0 && (port == 0 || port + instances - 1 <= PORT_MAX),
        "port must leave " + instances + " ports up to " + PORT_MAX + ", got " + port);
    directory = directory.toAbsolutePath().normalize();
    jvmOptions = List.copyOf(jvmOptions);
    environment = Map.copyOf(environment);
  }
}
