package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import java.util.function.IntFunction;

/// Runs that are waited for, each on a new thread and asked for in its own words.
///
/// @param port on this machine
/// @param body JSON of each run by its number
/// @param answerTokens of an answer's text
public record Questions(int port, IntFunction<String> body, int answerTokens) implements Work {
  @Override
  public Buffer request(int number) {
    return Requests.of(
        "POST", "/v1/runs", "application/json", "application/json", body.apply(number));
  }

  @Override
  public AnswerTally tally() {
    return new AnswerTally();
  }

  @Override
  public boolean isWhole(int status, Tally tally) {
    return status == 200 && tally.completed() && tally.answerTokens() == answerTokens;
  }

  @Override
  public boolean isStreamed(Tally tally) {
    return true;
  }

  /// Whether the server said that it has too much to do.
  static boolean isRefusal(int status) {
    return status == 503 || status == 429;
  }
}
