package dev.artserver.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// `openapi.yaml`, read once: which requests are valid. Immutable; shared by all verticles.
///
/// Why not `vertx-openapi`: it refuses media types it does not know (event streams, the patches),
/// and checks neither 406 nor 415.
public final class Contract {
  private static final String RESOURCE = "openapi.yaml";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private final Buffer text;
  private final List<ContractOperation> operations;
  private final Schema socketCommand;
  private final Map<String, Schema> socketCommands;

  private Contract(Buffer text, List<ContractOperation> operations, SocketMessages sockets) {
    this.text = text;
    this.operations = List.copyOf(operations);
    socketCommand = sockets.any();
    socketCommands = Map.copyOf(sockets.byName());
  }

  /// Reads it from the class path. Throws `IllegalArgumentException` when it uses something that
  /// this server cannot check.
  public static Contract load() {
    byte[] bytes;
    JsonNode document;
    try (InputStream in = Contract.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the class path has no " + RESOURCE);
      }
      bytes = in.readAllBytes();
      document = new ObjectMapper(new YAMLFactory()).readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SchemaCompiler compiler = new SchemaCompiler(document);
    List<ContractOperation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          operations.add(operation(compiler, path, method));
        }
      }
    }
    return new Contract(Buffer.buffer(bytes), operations, SocketMessages.of(document, compiler));
  }

  /// @param any fits every command
  private record SocketMessages(Schema any, Map<String, Schema> byName) {
    static SocketMessages of(JsonNode document, SchemaCompiler compiler) {
      JsonNode command = document.at("/components/schemas/SocketCommand");
      Map<String, Schema> byName = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : command.at("/discriminator/mapping").properties()) {
        JsonNode reference =
            JsonNodeFactory.instance.objectNode().put("$ref", entry.getValue().asText());
        byName.put(entry.getKey(), compiler.compile(reference));
      }
      return new SocketMessages(compiler.compile(command), byName);
    }
  }

  private static ContractOperation operation(
      SchemaCompiler compiler,
      Map.Entry<String, JsonNode> path,
      Map.Entry<String, JsonNode> method) {
    JsonNode node = method.getValue();
    List<ContractParameter> parameters = new ArrayList<>();
    for (JsonNode of : List.of(path.getValue().path("parameters"), node.path("parameters"))) {
      of.forEach(parameter -> parameters.add(ContractParameter.of(compiler, parameter)));
    }
    Map<String, Schema> bodies = new LinkedHashMap<>();
    JsonNode body = node.path("requestBody");
    for (Map.Entry<String, JsonNode> content : body.path("content").properties()) {
      bodies.put(content.getKey(), compiler.compile(content.getValue().get("schema")));
    }
    Set<String> produces = new HashSet<>();
    for (Map.Entry<String, JsonNode> response : node.get("responses").properties()) {
      if (response.getKey().startsWith("2")) {
        JsonNode resolved = compiler.resolve(response.getValue());
        resolved.path("content").fieldNames().forEachRemaining(produces::add);
      }
    }
    return new ContractOperation(
        node.get("operationId").asText(),
        HttpMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT)),
        path.getKey(),
        parameters,
        bodies,
        body.path("required").asBoolean(),
        produces);
  }

  /// The document itself.
  public Buffer text() {
    return text;
  }

  /// In the order of the document.
  public List<ContractOperation> operations() {
    return operations;
  }

  /// What a client may send over a WebSocket.
  public Schema socketCommand() {
    return socketCommand;
  }

  /// The same by the name of the command.
  public Map<String, Schema> socketCommands() {
    return socketCommands;
  }
}
