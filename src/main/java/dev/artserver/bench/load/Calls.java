package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;
import java.util.function.IntFunction;

/// Plain calls of the API, each by its number.
///
/// @param type of the body
/// @param status of an answer that is as it should be
public record Calls(
    int port,
    String method,
    IntFunction<String> path,
    String type,
    IntFunction<String> body,
    int status)
    implements Work {
  @Override
  public Buffer request(int number) {
    return Requests.of(method, path.apply(number), "application/json", type, body.apply(number));
  }

  @Override
  public Tally tally() {
    return new AnswerTally();
  }

  @Override
  public boolean isWhole(int answered, Tally tally) {
    return answered == status;
  }

  @Override
  public boolean isStreamed(Tally tally) {
    return true;
  }
}
