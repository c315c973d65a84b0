package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.artserver.http.contract.SchemaCompiler;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.model.Failure.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Holds answers to what the contract promises of them.
record ContractAnswers(JsonNode document, SchemaCompiler compiler) {

  static ContractAnswers load() {
    JsonNode document = read();
    return new ContractAnswers(document, new SchemaCompiler(document));
  }

  static JsonNode read() {
    try (InputStream in =
        ContractAnswers.class.getClassLoader().getResourceAsStream("openapi.yaml")) {
      return new ObjectMapper(new YAMLFactory()).readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void check(String method, String uri, ApiUnderTest.Reply reply) {
    String type = reply.headers().get("Content-Type");
    String path = uri.replaceAll("\\?.*", "");
    if (type == null || !type.contains("json")) {
      return;
    }
    for (Map.Entry<String, JsonNode> entry : document.get("paths").properties()) {
      JsonNode operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
      if (path.matches(entry.getKey().replaceAll("\\{[^}]+}", "[^/]+")) && operation.isObject()) {
        check(operation, type, reply);
        return;
      }
    }
    assertThat(reply.status()).as("%s %s is not in the contract", method, uri).isIn(404, 405);
  }

  private void check(JsonNode operation, String type, ApiUnderTest.Reply reply) {
    JsonNode responses = operation.get("responses");
    String status = Integer.toString(reply.status());
    assertThat(reply.status() >= 400 || responses.has(status))
        .as("%s promises no %s", operation.get("operationId"), status)
        .isTrue();
    JsonNode response =
        compiler.resolve(responses.has(status) ? responses.get(status) : responses.get("default"));
    JsonNode schema = response.path("content").path(type).path("schema");
    assertThat(schema.isObject())
        .as("%s promises %s with %s", operation.get("operationId"), status, type)
        .isTrue();
    List<Violation> wrong = new ArrayList<>();
    compiler.compile(schema).check(reply.json(), ValuePath.BODY, wrong);
    assertThat(wrong).as("%s", reply.text()).isEmpty();
  }
}
