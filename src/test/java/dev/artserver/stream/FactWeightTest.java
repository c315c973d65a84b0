package dev.artserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactWeightTest {
  private static final int LARGE = 100_000;
  private static final RunId RUN = new RunId("r");

  @Test
  void what_a_provider_wants_back_with_a_call_has_its_weight() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.putObject("anthropic").put("signature", "x".repeat(LARGE));

    assertThat(weight(ended(new ToolCall("k", "t", "{}", data))))
        .isGreaterThanOrEqualTo(weight(ended(new ToolCall("k", "t", "{}"))) + LARGE);
  }

  @Test
  void images_have_their_weight() {
    List<ContentPart> image = List.of(new ContentPart.InlineImage("image/png", "A".repeat(LARGE)));

    assertThat(weight(message(image))).isGreaterThanOrEqualTo(weight(message(List.of())) + LARGE);
    assertThat(weight(queued(image))).isGreaterThanOrEqualTo(weight(queued(List.of())) + LARGE);
  }

  private static ThreadEvent ended(ToolCall call) {
    return new ThreadEvent.ModelCallEnded(
        RUN, "c", Phase.EXECUTION, null, "", List.of(call), Usage.NONE, "tool_calls", 1, 1);
  }

  private static ThreadEvent message(List<ContentPart> parts) {
    return new ThreadEvent.MessageAdded(
        new Message("m", Role.USER, "", parts, Instant.EPOCH, null, null));
  }

  private static ThreadEvent queued(List<ContentPart> parts) {
    return new ThreadEvent.RunQueued(
        RUN,
        new RunRequest(
            "", parts, Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0", false));
  }

  private static int weight(ThreadEvent event) {
    return FactWeight.of(new Fact(1, 0, Instant.EPOCH, event));
  }
}
