package dev.artserver.http.exchange;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers about failures.
public final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /// The failure that the client gets. An error that is no `FailureException` is a bug: it is
  /// logged here, once, and the client gets only the trace id to ask with.
  public static Failure failure(Throwable error, @Nullable String traceId) {
    if (error instanceof FailureException known) {
      return known.failure();
    }
    if (error instanceof HttpException http) {
      return ofStatus(http.getStatusCode());
    }
    log.atError()
        .setCause(error)
        .addKeyValue("traceId", traceId)
        .log("request failed unexpectedly");
    return new Failure.Internal(
        "an unexpected error; the server's log has more under this trace id");
  }

  /// Whether `error` only means that the client has disconnected, so that no answer is possible.
  public static boolean isGone(Throwable error) {
    return error instanceof HttpClosedException || error instanceof StreamResetException;
  }

  /// The failure for a status the HTTP layer gives by itself.
  public static Failure ofStatus(int status) {
    return switch (status) {
      case 400 -> new Failure.Http("INVALID_REQUEST", 400, "the request is not valid HTTP");
      case 404 -> new Failure.Http("NOT_FOUND", 404, "there is nothing at this path");
      case 405 -> new Failure.Http("METHOD_NOT_ALLOWED", 405, "this path has no such method");
      case 406 -> new Failure.Http("NOT_ACCEPTABLE", 406, "there is no answer of an accepted type");
      case 414 -> new Failure.Http("URI_TOO_LONG", 414, "the request's URI is longer than allowed");
      case 415 -> new Failure.Http("UNSUPPORTED_MEDIA_TYPE", 415, "the body is of another type");
      case 431 -> new Failure.Http("HEADERS_TOO_LARGE", 431, "the headers are larger than allowed");
      default -> new Failure.Internal("status " + status);
    };
  }

  /// @param max bytes it may have
  public static Failure bodyTooLarge(int max) {
    return new Failure.Http("BODY_TOO_LARGE", 413, "the body must have at most " + max + " bytes");
  }

  public static void answer(HttpServerResponse response, ErrorFormat format, Failure failure) {
    answer(response, format, failure, null, null);
  }

  /// Harmless when the answer has begun or the client is gone.
  public static void answer(
      HttpServerResponse response,
      ErrorFormat format,
      Failure failure,
      @Nullable ThreadId thread,
      @Nullable RunId run) {
    if (response.headWritten() || response.closed()) {
      return;
    }
    response.setStatusCode(format.status(failure));
    response.putHeader("Content-Type", format.mediaType());
    response.putHeader("Cache-Control", "no-store");
    failure.retryAfter().ifPresent(wait -> response.putHeader("Retry-After", seconds(wait)));
    FireAndForget.harmless(response.end(format.write(failure, thread, run)), "the client has gone");
  }

  /// Whole seconds, rounded up, at least one.
  private static String seconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusNanos(999_999_999).toSeconds()));
  }
}
