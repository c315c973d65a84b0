package dev.artserver.app;

/// Entry point.
public final class Main {
  private Main() {}

  /// Starts.
  public static void main(String[] args) {}
}
