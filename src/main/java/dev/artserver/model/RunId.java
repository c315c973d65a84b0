package dev.artserver.model;

/// Name of a run: 1 to 128 URL-safe characters, unique within the server.
public record RunId(String value) {
  public RunId {
    Ids.check("runId", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
