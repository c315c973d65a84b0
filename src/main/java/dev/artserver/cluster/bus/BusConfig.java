package dev.artserver.cluster.bus;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the instances of a cluster find each other.
///
/// @param host address of this machine that other instances reach
/// @param port for members of the cluster
/// @param busPort for messages; 0 takes a free one
/// @param members `HOST:PORT` of instances to join
/// @param dns a name that has the addresses of all instances, in place of `members`
/// @param tls absent: messages are not encrypted
public record BusConfig(
    String name,
    String host,
    int port,
    int busPort,
    List<String> members,
    Optional<String> dns,
    Optional<Tls> tls) {
  public BusConfig {
    members = List.copyOf(members);
  }

  /// PEM files. An instance whose certificate the authority has not signed is refused.
  public record Tls(Path certificate, Path key, Path authority) {}
}
