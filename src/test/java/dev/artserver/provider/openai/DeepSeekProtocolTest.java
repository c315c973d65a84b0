package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ContentPart;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.Services;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeepSeekProtocolTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_image_is_refused_before_anything_is_sent() throws Exception {
    ScriptedService service = serve();
    RecordingListener heard = new RecordingListener();

    vertx.runOnContext(go -> client(service).start(showing(), heard));

    assertThat(heard.failure())
        .isEqualTo(
            Failure.unprocessable(
                "IMAGE_NOT_SUPPORTED",
                "/messages/0/content/0",
                "must be text, since provider 'seek' takes no other",
                "image/png of 9 bytes"));
    assertThat(service.calls()).isZero();
  }

  @Test
  void a_cancelled_call_is_not_told_of_the_refusal() throws Exception {
    ScriptedService service = serve();
    RecordingListener heard = new RecordingListener();
    CompletableFuture<Void> afterwards = new CompletableFuture<>();

    vertx.runOnContext(go -> {
      ModelCall call = client(service).start(showing(), heard);
      call.cancel();
      vertx.getOrCreateContext().runOnContext(later -> afterwards.complete(null));
    });

    afterwards.get(5, TimeUnit.SECONDS);
    assertThat(heard.ended()).isFalse();
  }

  private ScriptedService serve() throws Exception {
    return ScriptedService.listen(vertx, asked -> Recording.stream().end())
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  private ServiceClient client(ScriptedService service) {
    return new ServiceClient(
        vertx,
        InstantSource.system(),
        Services.of("seek", service.url(), ""),
        new OpenAiProtocol(Dialect.DEEPSEEK));
  }

  private static ModelRequest showing() {
    List<ContentPart> image = List.of(new ContentPart.InlineImage("image/png", "iVBORw0KGgo="));
    return Requests.ask(Phase.EXECUTION, List.of(new ModelMessage.FromUser("", image)), List.of());
  }
}
