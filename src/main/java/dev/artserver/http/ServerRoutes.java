package dev.artserver.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.ToolSpec;
import dev.artserver.wire.PageView;
import dev.artserver.wire.ToolView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/// About the server: tools, version, the contract and the page to try it.
final class ServerRoutes {
  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
  private static final String WEBJAR_POM = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

  /// Scripts and styles from this server only. Swagger UI draws its icons from `data:` and sets
  /// styles on its elements.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of("js", "text/javascript", "css", "text/css", "png", "image/png");

  private final Supplier<List<ToolSpec>> tools;
  private final String version;
  private final Buffer contract;
  private final String webjar;

  ServerRoutes(Api api) {
    tools = api.tools();
    version = api.version();
    contract = api.contract().text();
    webjar = WEBJAR + webjarVersion() + "/";
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("listTools", this::tools);
    endpoints.put("getVersion", this::version);
    endpoints.put("getContract", this::contract);
    endpoints.put("getDocs", this::docs);
    endpoints.put("getDocsFile", this::docsFile);
  }

  private static String webjarVersion() {
    ClassLoader loader = ServerRoutes.class.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(WEBJAR_POM)) {
      Properties pom = new Properties();
      pom.load(in);
      return String.valueOf(pom.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Future<?> tools(ApiExchange exchange) {
    List<ObjectNode> items = tools.get().stream().map(ToolView::write).toList();
    return exchange.answer(200, PageView.write(items, null));
  }

  private Future<?> version(ApiExchange exchange) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", "art-server");
    node.put("version", version);
    node.put("api", "v1");
    return exchange.answer(200, node);
  }

  private Future<?> contract(ApiExchange exchange) {
    return exchange
        .header("Content-Type", "application/yaml")
        .header("Cache-Control", "no-cache")
        .response()
        .end(contract);
  }

  private Future<?> docs(ApiExchange exchange) {
    return exchange
        .header("Content-Type", "text/html; charset=utf-8")
        .header("Content-Security-Policy", POLICY)
        .header("Cache-Control", "no-cache")
        .response()
        .sendFile("docs/index.html");
  }

  private Future<?> docsFile(ApiExchange exchange) {
    String file = exchange.required("file");
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    return exchange
        .header("Content-Type", String.valueOf(type))
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-cache")
        .response()
        .sendFile(file.equals("docs.js") ? "docs/docs.js" : webjar + file);
  }
}
