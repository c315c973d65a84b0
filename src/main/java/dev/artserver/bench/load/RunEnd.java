package dev.artserver.bench.load;

/// The end of a run, as a WebSocket message tells it.
enum RunEnd {
  COMPLETED("run.completed"),
  FAILED("run.failed"),
  CANCELLED("run.cancelled"),
  INTERRUPTED("run.interrupted"),
  /// The message does not end a run.
  NONE("");

  private final String member;

  RunEnd(String event) {
    // Inside of a text, the quotation marks would be escaped.
    member = "\"event\":\"" + event + "\"";
  }

  static RunEnd of(String message) {
    for (RunEnd end : values()) {
      if (message.contains(end.member)) {
        return end;
      }
    }
    return NONE;
  }
}
