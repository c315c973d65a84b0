package dev.artserver.model;

/// What a run is doing: its own words in events, answers and failures.
public enum Phase {
  PLANNING,
  EXECUTION,
  SYNTHESIS
}
