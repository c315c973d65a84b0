package dev.artserver.http.contract;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One operation of the contract.
///
/// @param path with `{names}`, as the contract writes it
/// @param bodies media type to schema, in the contract's order; empty: it takes no body
/// @param produces media types of its successful answers
public record ContractOperation(
    String id,
    HttpMethod method,
    String path,
    List<ContractParameter> parameters,
    Map<String, Schema> bodies,
    boolean bodyRequired,
    Set<String> produces) {
  public static final String JSON = "application/json";
  public static final String EVENT_STREAM = "text/event-stream";

  public ContractOperation {
    parameters = List.copyOf(parameters);
    produces = Set.copyOf(produces);
  }

  public boolean takesBody() {
    return !bodies.isEmpty();
  }

  /// The path as the router writes it.
  public String route() {
    return path.replace('{', ':').replace("}", "");
  }
}
