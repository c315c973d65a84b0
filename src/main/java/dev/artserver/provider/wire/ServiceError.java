package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a service's own error, in whichever of the usual shapes it comes: OpenAI's and Anthropic's
/// `{"error": {…}}`, Ollama's `{"error": "…"}`, vLLM's `{"object": "error", …}`, DeepInfra's
/// `{"error_type": …, "error_message": …}`, FastAPI's `{"detail": "…"}`, Cloudflare's `{"errors":
/// […]}`, and objects that are nothing but a message with a code.
public final class ServiceError {
  private static final List<String> WORDS =
      List.of("message", "error_message", "msg", "error_msg", "detail", "error");
  private static final List<String> CODES = List.of("code", "error_code", "type", "error_type");
  private static final List<String> STATUSES =
      List.of("code", "status", "status_code", "statusCode", "http_code", "error_code");
  private static final Pattern NUMBER = Pattern.compile("[45]\\d\\d");

  /// Words services use for what went wrong, without the endings `error` and `exception` and
  /// without anything but letters.
  private static final Map<String, Integer> MEANINGS =
      Map.ofEntries(
          Map.entry("badrequest", 400),
          Map.entry("invalidrequest", 400),
          Map.entry("invalidargument", 400),
          Map.entry("invalidparameter", 400),
          Map.entry("invalidprompt", 400),
          Map.entry("validation", 400),
          Map.entry("failedprecondition", 400),
          Map.entry("contextlengthexceeded", 400),
          Map.entry("contextwindowexceeded", 400),
          Map.entry("contentfilter", 400),
          Map.entry("contentpolicyviolation", 400),
          Map.entry("authentication", 401),
          Map.entry("unauthenticated", 401),
          Map.entry("unauthorized", 401),
          Map.entry("invalidapikey", 401),
          Map.entry("billing", 402),
          Map.entry("insufficientbalance", 402),
          Map.entry("permission", 403),
          Map.entry("permissiondenied", 403),
          Map.entry("accessdenied", 403),
          Map.entry("forbidden", 403),
          Map.entry("notfound", 404),
          Map.entry("modelnotfound", 404),
          Map.entry("requesttoolarge", 413),
          Map.entry("payloadtoolarge", 413),
          Map.entry("unprocessableentity", 422),
          Map.entry("ratelimit", 429),
          Map.entry("ratelimitexceeded", 429),
          Map.entry("ratelimitreached", 429),
          Map.entry("toomanyrequests", 429),
          Map.entry("throttling", 429),
          Map.entry("resourceexhausted", 429),
          Map.entry("insufficientquota", 429),
          Map.entry("quotaexceeded", 429),
          Map.entry("api", 500),
          Map.entry("internal", 500),
          Map.entry("internalserver", 500),
          Map.entry("server", 500),
          Map.entry("badgateway", 502),
          Map.entry("serviceunavailable", 503),
          Map.entry("unavailable", 503),
          Map.entry("serverisoverloaded", 503),
          Map.entry("slowdown", 503),
          Map.entry("timeout", 504),
          Map.entry("gatewaytimeout", 504),
          Map.entry("deadlineexceeded", 504),
          Map.entry("overloaded", 529),
          Map.entry("engineoverloaded", 529),
          Map.entry("modeloverloaded", 529));

  private ServiceError() {}

  /// The error that a member of a stream is, or holds; empty: it is none.
  public static Optional<Fault> in(JsonNode event) {
    JsonNode error = event.path("error");
    if (error.isObject() && !error.isEmpty()) {
      return Optional.of(read(error, event));
    }
    if (error.isTextual() && !error.textValue().isBlank()) {
      return Optional.of(read(event, event));
    }
    boolean said =
        event.path("object").asText().equals("error")
            || event.path("type").asText().equals("error")
            || event.hasNonNull("error_message")
            || event.hasNonNull("error_type");
    if (said) {
      return Optional.of(read(event, event));
    }
    JsonNode first = event.path("errors").path(0);
    if (first.isObject() || first.isTextual()) {
      return Optional.of(first.isObject() ? read(first, event) : new Fault(0, first.asText()));
    }
    boolean onlyWords = event.path("detail").isTextual() || event.path("message").isTextual();
    return onlyWords ? Optional.of(read(event, event)) : Optional.empty();
  }

  /// The error that `body` must be.
  static Fault of(JsonNode body) {
    JsonNode one = body.isArray() ? body.path(0) : body;
    return in(one).orElseGet(() -> read(one, one));
  }

  private static Fault read(JsonNode error, JsonNode around) {
    String message = "";
    for (String name : WORDS) {
      JsonNode words = error.path(name);
      if (message.isEmpty() && !words.isMissingNode() && !words.isNull()) {
        message = words.isTextual() ? words.textValue() : words.toString();
      }
    }
    int status = status(error);
    String code = code(error);
    return new Fault(
        status == 0 ? status(around) : status, code == null ? code(around) : code, message);
  }

  private static int status(JsonNode error) {
    for (String name : STATUSES) {
      String number = error.path(name).asText();
      if (NUMBER.matcher(number).matches()) {
        return Integer.parseInt(number);
      }
    }
    for (String name : List.of("code", "error_code", "type", "error_type", "status")) {
      Integer meant = MEANINGS.get(stem(error.path(name).asText()));
      if (meant != null) {
        return meant;
      }
    }
    return 0;
  }

  private static String stem(String word) {
    String letters = word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return letters.length() > 64 ? "" : letters.replaceAll("(error|exception)$", "");
  }

  /// The service's own word for the error, when it has one beside a number.
  private static @Nullable String code(JsonNode error) {
    for (String name : CODES) {
      JsonNode code = error.path(name);
      boolean word = code.isTextual() && !code.textValue().isBlank();
      if (word && !code.textValue().equals("error") && !NUMBER.matcher(code.asText()).matches()) {
        return code.textValue();
      }
    }
    JsonNode status = error.path("status");
    return status.isTextual() && !status.textValue().isBlank() ? status.textValue() : null;
  }
}
