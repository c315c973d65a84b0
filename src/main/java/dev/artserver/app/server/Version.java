package dev.artserver.app.server;

import org.jspecify.annotations.Nullable;

/// The version this server was packaged as.
public final class Version {
  private Version() {}

  /// As the jar's manifest says; classes that are not in a jar are `(not packaged)`.
  public static String current() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
