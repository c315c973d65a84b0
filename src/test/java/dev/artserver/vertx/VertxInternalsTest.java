package dev.artserver.vertx;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the server uses of Vert.x beyond its public API.
class VertxInternalsTest {
  private static final String VERSION = "5.0.10";

  @Test
  void the_version_is_the_one_the_room_was_checked_with() throws IOException {
    assertThat(version())
        .as(
            """
            Vert.x has another version. Check each class of dev.artserver.vertx against its sources:
            - LastingContext, VertxTimers: ContextInternal.unwrap, nettyEventLoop and emit
              (VertxTimersTest, CallersContextTest)
            - ServerConnections: HttpServerConnection.channelHandlerContext; whether close still waits
              for writes, and whether the idle timer is still an IdleStateHandler
              (ClientConnectionsTest)
            - Flushes: whether a WebSocket still flushes each message (FlushesTest)
            - BrokenFrames: whether Vert.x is still last in the pipeline, and still resets the
              connection at a broken frame (WebSocketSizeTest)
            - RequestBody: RoutingContextInternal.setBody (HeldBodiesTest)
            Then run `./art bench streams idle` before and after, and change VERSION here.\
            """)
        .isEqualTo(VERSION);
  }

  @Test
  void only_this_room_uses_the_internals_of_vertx_and_the_channels_of_netty() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.artserver.vertx..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.vertx..impl..",
                "io.vertx..internal..",
                "io.netty.channel..",
                "io.netty.bootstrap..",
                "io.netty.handler.timeout..",
                "io.netty.handler.flush.."))
        .check(new ClassFileImporter().importPackages("dev.artserver"));
  }

  private static String version() throws IOException {
    try (InputStream text =
        Vertx.class.getClassLoader().getResourceAsStream("META-INF/vertx/vertx-version.txt")) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8)
          .strip();
    }
  }
}
