package dev.artserver.app;

import org.jspecify.annotations.Nullable;

/// The version this server was packaged as.
final class Version {
  private Version() {}

  /// As the jar's manifest says; classes that are not in a jar are `(not packaged)`.
  static String current() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
