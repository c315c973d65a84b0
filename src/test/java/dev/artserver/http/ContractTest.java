package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.contract.SchemaCompiler;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.Failure.Violation;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.ObservationView;
import io.vertx.core.Future;
import io.vertx.ext.web.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final ApiUnderTest server = new ApiUnderTest();
  private static final JsonNode DOCUMENT = ContractAnswers.read();
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Set<String> promised() {
    Set<String> promised = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : DOCUMENT.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          promised.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return promised;
  }

  private static Map<String, OperationHandler> endpoints() {
    Map<String, OperationHandler> endpoints = new HashMap<>();
    for (ContractOperation operation : server.api.contract().operations()) {
      endpoints.put(operation.id(), exchange -> Future.succeededFuture());
    }
    return endpoints;
  }

  private static ApiRouter router(Map<String, OperationHandler> endpoints) {
    return new ApiRouter(
        server.vertx,
        server.api,
        new Random(1),
        ApiVerticle.DIALECT,
        ApiRoute.all(endpoints, ApiVerticle.DIALECT));
  }

  @Test
  void every_operation_is_routed_and_every_route_is_an_operation() {
    Set<String> routed = new TreeSet<>();
    for (Route route : router(endpoints()).router().getRoutes()) {
      String path = route.getName().replaceAll(":(\\w+)", "{$1}");
      var reply = server.call("OPTIONS", path.replaceAll("\\{\\w+}", "x"), Map.of(), null);
      for (String method : reply.headers().get("Allow").split(", ")) {
        routed.add(method + " " + path);
      }
    }

    assertThat(routed).isEqualTo(promised());
  }

  @Test
  void the_server_answers_every_operation() {
    for (String operation : promised()) {
      String[] parts =
          operation.replaceAll("\\{file}", "docs.js").replaceAll("\\{\\w+}", "x").split(" ");

      var reply = server.call(parts[0], parts[1], Map.of("Content-Type", "application/json"), null);

      boolean routed =
          reply.status() != 405 && (reply.status() != 404 || !reply.code().equals("NOT_FOUND"));
      assertThat(routed).as("%s: %s", operation, reply.text()).isTrue();
    }
  }

  @Test
  void an_operation_without_a_route_is_refused_at_the_start() {
    Map<String, OperationHandler> fewer = endpoints();
    fewer.remove("getThread");
    Map<String, OperationHandler> more = endpoints();
    more.put("dance", exchange -> Future.succeededFuture());

    assertThatThrownBy(() -> router(fewer)).hasMessage("no route for getThread");
    assertThatThrownBy(() -> router(more)).hasMessage("not in the contract: [dance]");
  }

  private static List<String> values(String schema) {
    List<String> values = new ArrayList<>();
    DOCUMENT.at("/components/schemas/" + schema + "/enum").forEach(v -> values.add(v.asText()));
    return values;
  }

  @Test
  void its_enums_are_the_models() {
    assertThat(values("EventType")).containsExactlyInAnyOrderElementsOf(FactJson.types());
    assertThat(values("ObservationType"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ObservationView.Type.values()).map(Enum::name).toList());
    assertThat(values("Role")).isEqualTo(words(dev.artserver.model.Role.values()));
    assertThat(values("Priority")).isEqualTo(words(dev.artserver.model.Priority.values()));
    assertThat(values("OnBusy")).isEqualTo(words(dev.artserver.model.OnBusy.values()));
    assertThat(values("ThreadStatus")).isEqualTo(words(dev.artserver.model.ThreadStatus.values()));
    assertThat(values("RunStatus")).isEqualTo(words(dev.artserver.model.RunStatus.values()));
    assertThat(values("Phase")).isEqualTo(words(dev.artserver.model.Phase.values()));
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  @Test
  void its_examples_keep_it() {
    SchemaCompiler compiler = new SchemaCompiler(DOCUMENT);
    int examples = 0;
    for (JsonNode content : DOCUMENT.findValues("content")) {
      for (JsonNode media : content) {
        List<JsonNode> given = new ArrayList<>();
        media.path("examples").forEach(example -> given.add(example.get("value")));
        if (media.has("example") && !media.get("example").isTextual()) {
          given.add(media.get("example"));
        }
        for (JsonNode example : given) {
          List<Violation> wrong = new ArrayList<>();
          compiler.compile(media.get("schema")).check(example, ValuePath.BODY, wrong);
          assertThat(wrong).as("%s", example).isEmpty();
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThan(12);
  }

  @Test
  void a_keyword_the_server_cannot_check_is_refused() throws Exception {
    JsonNode schema =
        new ObjectMapper().readTree("{\"type\":\"string\",\"contentEncoding\":\"x\"}");

    assertThatThrownBy(() -> new SchemaCompiler(DOCUMENT).compile(schema))
        .hasMessage("unknown keyword in a schema: contentEncoding");
  }

  @Test
  void it_is_served_with_a_page_that_needs_no_other_host() {
    var contract = server.get("/openapi.yaml");
    var page = server.get("/docs");
    var script = server.get("/docs/swagger-ui-bundle.js");
    var styles = server.get("/docs/swagger-ui.css");
    var begin = server.get("/docs/docs.js");
    var other = server.get("/docs/index.html");

    assertThat(contract.text()).startsWith("openapi: 3.1.0");
    assertThat(contract.headers().get("Content-Type")).isEqualTo("application/yaml");
    assertThat(page.headers().get("Content-Security-Policy"))
        .contains("default-src 'none'; script-src 'self';");
    assertThat(page.text()).contains("/docs/docs.js").doesNotContain("http");
    assertThat(script.status()).isEqualTo(200);
    assertThat(script.headers().get("Content-Type")).isEqualTo("text/javascript");
    assertThat(styles.headers().get("Content-Type")).isEqualTo("text/css");
    assertThat(begin.text()).contains("/openapi.yaml");
    assertThat(other.status()).isEqualTo(400);
  }

  @Test
  void the_server_tells_its_version_and_tools() {
    assertThat(server.get("/v1/version").json().toString())
        .isEqualTo("{\"name\":\"art-server\",\"version\":\"0.1.0\",\"api\":\"v1\"}");
    assertThat(server.get("/v1/tools").json().at("/items/0/name").asText()).isEqualTo("calculator");
  }
}
