package dev.artserver.model;

/// How urgent a run is, least first.
public enum Priority {
  LOW,
  NORMAL,
  HIGH,
  URGENT;

  /// 0 for the least urgent, and one more for each after it.
  public int level() {
    return switch (this) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }
}
