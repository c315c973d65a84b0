package dev.artserver.e2e;

import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Scripted model services over real connections. They are closed after the test.
final class ScriptedModels implements AfterEachCallback {
  private final Vertx vertx = Vertx.vertx();

  /// Starts one on a free port.
  ///
  /// @param answer to a request with this body
  ScriptedService serve(Function<JsonObject, Recording> answer) {
    try {
      return ScriptedService.listen(vertx, answer).await(5, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("the service does not listen", late);
    }
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
