package dev.artserver.cluster.quota;

import dev.artserver.flow.Permits;
import dev.artserver.provider.quota.Quota;
import java.util.Set;

/// A quota of this process that gives permits for a limited time: all of a provider's while this
/// instance coordinates, its share while it is left to itself.
final class Grants {
  final Quota quota;

  /// Lanes that get no permit: less than one is left for them.
  final Set<String> shut;

  private final Runnable stop;
  private long from;
  private long until = Long.MIN_VALUE;

  /// @param from nothing is granted before
  Grants(Quota quota, Set<String> shut, Host host, Runnable rang, long from) {
    this.quota = quota;
    this.shut = Set.copyOf(shut);
    this.from = from;
    quota.grantOnly(from, until);
    this.stop = host.keep(quota, rang);
  }

  long from() {
    return from;
  }

  /// When it stops granting.
  long until() {
    return until;
  }

  void from(long moment) {
    from = moment;
    quota.grantOnly(from, until);
  }

  void until(long moment) {
    until = moment;
    quota.grantOnly(from, until);
  }

  /// Nothing is granted any more.
  void close() {
    quota.grantOnly(Permits.NEVER, Long.MIN_VALUE);
    stop.run();
  }
}
