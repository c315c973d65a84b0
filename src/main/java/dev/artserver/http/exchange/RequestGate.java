package dev.artserver.http.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.contract.ContractParameter;
import dev.artserver.http.contract.Schema;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.Failure.Violation;
import dev.artserver.model.FailureException;
import dev.artserver.vertx.RequestBody;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks requests against the contract. Fails with a `FailureException` for those that do not fit.
public final class RequestGate {
  private static final String UTF_8 = "utf-8";

  /// Never changed.
  private static final MultiMap NO_QUERY = MultiMap.caseInsensitiveMultiMap();

  private final Set<String> origins;

  /// @param origins further web origins whose pages may change things
  public RequestGate(Set<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /// Checks the headers.
  public void checkHead(HttpServerRequest request, ContractOperation operation) {
    if (!HttpMethod.GET.equals(request.method())) {
      checkOrigin(request);
    }
    if (!new Accept(request.getHeader("Accept")).takesOneOf(operation.produces())
        && !operation.produces().isEmpty()) {
      throw new FailureException(Problems.ofStatus(406));
    }
    if (operation.takesBody() && (operation.bodyRequired() || hasBody(request))) {
      checkMediaType(request, operation);
    }
  }

  /// A page of another site must not use the network access of the browser it runs in. Browsers
  /// send the origin of the page; other clients send none.
  public void checkOrigin(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null || origins.contains(origin)) {
      return;
    }
    String host = request.getHeader("Host");
    int scheme = origin.indexOf("://");
    if (host == null || scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(host)) {
      throw ApiExchange.http("ORIGIN_NOT_ALLOWED", 403, "pages of this origin may not do this");
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null ? request.getHeader("Transfer-Encoding") != null : !length.equals("0");
  }

  private static void checkMediaType(HttpServerRequest request, ContractOperation operation) {
    String encoding = request.getHeader("Content-Encoding");
    boolean plain = encoding == null || encoding.equalsIgnoreCase("identity");
    String header = request.getHeader("Content-Type");
    if (plain && header != null && operation.bodies().containsKey(mediaType(header))) {
      int charset = header.toLowerCase(Locale.ROOT).indexOf("charset=");
      if (charset < 0
          || header.substring(charset + 8).replace("\"", "").strip().equalsIgnoreCase(UTF_8)) {
        return;
      }
    }
    String types = String.join(", ", operation.bodies().keySet());
    request
        .response()
        .putHeader(
            HttpMethod.PATCH.equals(operation.method()) ? "Accept-Patch" : "Accept-Post", types);
    throw ApiExchange.http(
        "UNSUPPORTED_MEDIA_TYPE", 415, "the body must be of type " + types + ", not encoded");
  }

  private static String mediaType(String header) {
    int end = header.indexOf(';');
    return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /// The request with everything checked.
  public ApiExchange open(
      RoutingContext context,
      ContractOperation operation,
      TraceContext trace,
      Caller caller,
      Dialect dialect) {
    HttpServerRequest request = context.request();
    List<Violation> wrong = new ArrayList<>();
    Map<String, JsonNode> parameters = parameters(context, operation, wrong);
    Buffer text = operation.takesBody() ? RequestBody.take(context) : null;
    String mediaType = "";
    JsonNode body = MissingNode.getInstance();
    if (text != null && text.length() > 0) {
      mediaType = mediaType(String.valueOf(request.getHeader("Content-Type")));
      body = JsonText.read(text.getBytes());
      Schema schema = operation.bodies().get(mediaType);
      if (schema != null) {
        schema.check(body, ValuePath.BODY, wrong);
      }
    } else if (operation.bodyRequired()) {
      wrong.add(new Violation("", "is required", null));
    }
    if (!wrong.isEmpty()) {
      throw new FailureException(new Failure.Invalid("INVALID_REQUEST", 400, wrong));
    }
    return new ApiExchange(
        request,
        trace,
        caller,
        dialect,
        parameters,
        mediaType,
        body,
        text == null ? Buffer.buffer() : text);
  }

  private static Map<String, JsonNode> parameters(
      RoutingContext context, ContractOperation operation, List<Violation> wrong) {
    Map<String, JsonNode> read = new HashMap<>();
    String queryText = context.request().query();
    MultiMap query = queryText == null || queryText.isEmpty() ? NO_QUERY : context.queryParams();
    for (ContractParameter parameter : operation.parameters()) {
      String name = parameter.name();
      if (parameter.prefix()) {
        for (Map.Entry<String, String> entry : query) {
          if (entry.getKey().startsWith(name)) {
            read.put(entry.getKey(), parameter.read(entry.getValue(), wrong));
          }
        }
        continue;
      }
      @Nullable String value =
          switch (parameter.in()) {
            case PATH -> context.pathParam(name);
            case QUERY -> single(name, query, wrong);
            case HEADER -> context.request().getHeader(name);
          };
      if (value != null) {
        read.put(name, parameter.read(value, wrong));
      } else if (parameter.required()) {
        wrong.add(new Violation(name, "is required", null));
      }
    }
    refuseUnknown(query, operation, wrong);
    return read;
  }

  private static @Nullable String single(String name, MultiMap query, List<Violation> wrong) {
    if (query.isEmpty()) {
      return null;
    }
    List<String> values = query.getAll(name);
    if (values.size() > 1) {
      wrong.add(new Violation(name, "must be given once", null));
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private static void refuseUnknown(
      MultiMap query, ContractOperation operation, List<Violation> wrong) {
    if (query.isEmpty()) {
      return;
    }
    for (String name : query.names()) {
      boolean known =
          operation.parameters().stream()
              .filter(parameter -> parameter.in() == ContractParameter.In.QUERY)
              .anyMatch(parameter ->
                  parameter.prefix()
                      ? name.startsWith(parameter.name())
                      : name.equals(parameter.name()));
      if (!known) {
        wrong.add(new Violation(name, "is unknown", null));
      }
    }
  }
}
