package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import java.util.function.IntFunction;

/// Runs: what is asked, and what a whole answer is.
///
/// @param port on this machine
/// @param path of each run by its number
/// @param events whether the answer is asked for as a stream of events
/// @param body JSON, the same for every run
/// @param tokens a run streams when nothing is joined or left out, of all its model calls
/// @param answerTokens of the answer's text
public record Target(
    int port, IntFunction<String> path, boolean events, String body, int tokens, int answerTokens)
    implements Work {
  @Override
  public Buffer request(int number) {
    String accept = events ? "text/event-stream" : "application/json";
    return Requests.of("POST", path.apply(number), accept, "application/json", body);
  }

  @Override
  public Tally tally() {
    return events ? new EventTally() : new AnswerTally();
  }

  @Override
  public boolean isWhole(int status, Tally tally) {
    boolean all = tally.tokens() == tokens || tally.answerTokens() == answerTokens;
    return status == 200 && tally.completed() && all;
  }

  @Override
  public boolean isStreamed(Tally tally) {
    return tally.tokens() == tokens;
  }
}
