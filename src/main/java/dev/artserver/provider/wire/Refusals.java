package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.artserver.model.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Reads what a service answers instead of an answer.
final class Refusals {
  private final ServiceConfig config;
  private final InstantSource clock;
  private final ObjectMapper mapper;
  private final Redaction redaction;

  Refusals(ServiceConfig config, InstantSource clock, ObjectMapper mapper) {
    this.config = config;
    this.redaction = new Redaction(config.apiKey());
    this.clock = clock;
    this.mapper = mapper;
  }

  /// `words` of the service, fit to be shown.
  String shown(String words) {
    return ErrorBody.shown(words, redaction);
  }

  /// @param body its beginning at least
  Failure read(HttpClientResponse head, Buffer body) {
    JsonNode json = json(body);
    String message = ErrorBody.message(json, body, redaction);
    return new Failure.ProviderError(
        config.provider(),
        head.statusCode(),
        code(json),
        message.isEmpty() ? "it answered " + head.statusCode() : message,
        retryAfter(head, json));
  }

  private @Nullable String code(JsonNode json) {
    String code = ServiceError.of(json).code();
    return code == null ? null : shown(code);
  }

  private JsonNode json(Buffer body) {
    try {
      return mapper.readTree(body.getBytes());
    } catch (IOException e) {
      // A page of some proxy, or only the beginning of something long.
      return MissingNode.getInstance();
    }
  }

  private @Nullable Duration retryAfter(HttpClientResponse head, JsonNode json) {
    Duration millis = RetryAfter.millis(head.getHeader("retry-after-ms"));
    if (millis != null) {
      return millis;
    }
    Duration header = RetryAfter.parse(head.getHeader("Retry-After"), clock.instant());
    if (header != null) {
      return header;
    }
    Duration details = RetryAfter.inDetails(json);
    boolean limited = head.statusCode() == 429 || head.statusCode() == 529;
    return details == null && limited
        ? RateLimitReset.read(head::getHeader, clock.instant())
        : details;
  }
}
