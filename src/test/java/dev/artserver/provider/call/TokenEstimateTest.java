package dev.artserver.provider.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.provider.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenEstimateTest {
  @Test
  void four_characters_of_whatever_is_sent_are_a_token_and_the_answer_is_added() {
    ModelRequest request =
        Requests.ask(
            Phase.EXECUTION,
            List.of(
                new ModelMessage.FromSystem("x".repeat(100)),
                new ModelMessage.FromUser("x".repeat(200)),
                new ModelMessage.FromAssistant(
                    "x".repeat(40), List.of(new ToolCall("c", "x".repeat(20), "x".repeat(40)))),
                new ModelMessage.FromTool("c", "t", "x".repeat(400))),
            List.of());

    long tokens = TokenEstimate.of(request, 700);

    assertThat(tokens).isEqualTo(800 / 4 + 700);
  }

  @Test
  void an_image_counts_as_one_whatever_its_size() {
    List<ContentPart> parts =
        List.of(
            new ContentPart.Text("x".repeat(400)),
            new ContentPart.InlineImage("image/png", "A".repeat(1 << 20)),
            new ContentPart.LinkedImage("https://example.org/a.png", null));
    ModelRequest request =
        Requests.ask(
            Phase.EXECUTION, List.of(new ModelMessage.FromUser("x".repeat(400), parts)), List.of());

    assertThat(TokenEstimate.of(request, 0)).isEqualTo(100 + 2 * 1_600);
  }

  @Test
  void a_request_that_bounds_its_answer_reserves_that() {
    ModelRequest request =
        new ModelRequest(
            "c",
            "m",
            Phase.EXECUTION,
            List.of(),
            List.of(),
            Requests.object().put("maxTokens", 50));

    assertThat(TokenEstimate.of(request, 700)).isEqualTo(50);
  }
}
