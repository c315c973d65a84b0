package dev.artserver.http.exchange;

import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.Problem;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Failures as `application/problem+json` (RFC 9457).
public enum ProblemFormat implements ErrorFormat {
  PROBLEM;

  @Override
  public String mediaType() {
    return "application/problem+json";
  }

  @Override
  public Buffer write(Failure failure, @Nullable ThreadId thread, @Nullable RunId run) {
    return JsonText.write(Problem.write(failure, thread, run));
  }
}
