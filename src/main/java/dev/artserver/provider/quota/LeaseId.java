package dev.artserver.provider.quota;

import static dev.artserver.model.Checks.require;

/// Names one lease wherever it is known. It survives a hop to another process: as `text`.
///
/// @param source the source that gave it and its incarnation, so that a source that was restarted
///   does not take an old id for one of its own
/// @param number from 1
public record LeaseId(String source, long number) {
  private static final char BETWEEN = ':';

  public LeaseId {
    require(number >= 1, "a lease's number must be at least 1, got " + number);
  }

  public String text() {
    return source + BETWEEN + number;
  }

  /// @throws IllegalArgumentException when it is no such text
  public static LeaseId parse(String text) {
    int between = text.lastIndexOf(BETWEEN);
    require(between > 0, "a lease id must be like source:number, got '" + text + "'");
    return new LeaseId(text.substring(0, between), Long.parseLong(text.substring(between + 1)));
  }
}
