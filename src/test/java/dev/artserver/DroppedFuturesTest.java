package dev.artserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.Main;
import io.vertx.core.Future;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// No code drops a Vert.x future in silence, in the product or in its tests. Where the result is
/// not needed, `FireAndForget` (in the bench: `IgnoredFailure`) says what becomes of a failure.
class DroppedFuturesTest {
  @Test
  void the_product_drops_none() throws Exception {
    assertThat(dropped(Main.class)).isEmpty();
  }

  @Test
  void tests_drop_none() throws Exception {
    assertThat(dropped(DroppedFuturesTest.class))
        .filteredOn(place -> !place.contains("DroppedFuturesTest.java"))
        .isEmpty();
  }

  @Test
  void each_way_to_drop_one_is_found() throws Exception {
    assertThat(dropped(DroppedFuturesTest.class))
        .filteredOn(place -> place.contains("DroppedFuturesTest.java"))
        .extracting(place -> place.replaceAll(".* drops the future of ", ""))
        .containsExactlyInAnyOrder(
            "DroppedFuturesTest.work",
            "DroppedFuturesTest.work",
            "DroppedFuturesTest::work",
            "Future.onSuccess");
  }

  /// What the scan must find, and below it what it must let pass.
  static Future<String> examples(Consumer<String> listener) {
    work("as a statement");
    Consumer<String> lambda = text -> work(text);
    Consumer<String> reference = DroppedFuturesTest::work;
    work("whose failure is not seen").onSuccess(listener::accept);

    work("whose failure is seen").onFailure(cause -> listener.accept("failed"));
    work("whose outcome is seen").onComplete(done -> listener.accept("done"));
    lambda.andThen(reference).accept("again");
    return work("that is returned");
  }

  private static Future<String> work(String text) {
    return Future.succeededFuture(text);
  }

  private static List<String> dropped(Class<?> of) throws URISyntaxException {
    Path classes = Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    return DroppedFutures.below(classes).stream()
        .filter(place -> !place.contains("jmh_generated"))
        .toList();
  }
}
