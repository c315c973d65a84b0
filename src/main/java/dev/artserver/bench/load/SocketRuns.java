package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs asked for over WebSockets, each on a new thread.
///
/// @param threads numbers the threads of all who share it
/// @param tokens a run streams when nothing is joined or left out, of all its model calls
/// @param answerTokens of the answer's text
public record SocketRuns(
    int port, String query, AtomicInteger threads, int tokens, int answerTokens) implements Work {
  /// The command that makes the run; the line adds what makes it heard.
  @Override
  public Buffer request(int number) {
    return new JsonObject()
        .put("type", "run")
        .put("id", Integer.toString(number))
        .put("threadId", "socket-" + threads.incrementAndGet())
        .put("ifNotExists", "create")
        .put("query", query)
        .toBuffer();
  }

  @Override
  public Tally tally() {
    return new FrameTally();
  }

  @Override
  public boolean isWhole(int status, Tally tally) {
    boolean all = tally.tokens() == tokens || tally.answerTokens() == answerTokens;
    return tally.completed() && all;
  }

  @Override
  public boolean isStreamed(Tally tally) {
    return tally.tokens() == tokens;
  }
}
