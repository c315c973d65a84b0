package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelMessage.FromAssistant;
import dev.artserver.model.ModelMessage.FromSystem;
import dev.artserver.model.ModelMessage.FromTool;
import dev.artserver.model.ModelMessage.FromUser;
import dev.artserver.model.ToolCall;
import dev.artserver.provider.wire.Dialogue.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialogueTest {
  private static final FromUser EARLIER = new FromUser(Dialogue.EARLIER);
  private static final ToolCall CALL = new ToolCall("k", "t", "{}");

  @Test
  void system_words_stand_apart_and_one_speaker_s_messages_together() {
    Dialogue dialogue =
        Dialogue.of(
            List.of(
                new FromSystem("a"),
                new FromUser("b"),
                new FromSystem("c"),
                new FromUser("d"),
                new FromAssistant("e", List.of())));

    assertThat(dialogue)
        .isEqualTo(
            new Dialogue(
                List.of("a", "c"),
                List.of(
                    new Turn(false, List.of(new FromUser("b"), new FromUser("d"))),
                    new Turn(true, List.of(new FromAssistant("e", List.of()))))));
  }

  @Test
  void a_conversation_that_begins_with_the_model_or_not_at_all_gets_a_beginning() {
    FromAssistant model = new FromAssistant("a", List.of());

    assertThat(Dialogue.of(List.of(model)).turns())
        .containsExactly(new Turn(false, List.of(EARLIER)), new Turn(true, List.of(model)));
    assertThat(Dialogue.of(List.of(new FromSystem("a"))).turns())
        .containsExactly(new Turn(false, List.of(EARLIER)));
  }

  @Test
  void results_stand_before_what_else_was_said_since_their_calls() {
    FromTool result = new FromTool("k", "t", "");
    Dialogue dialogue =
        Dialogue.of(
            List.of(
                new FromUser("a"),
                new FromAssistant("", List.of(CALL)),
                new FromUser("b"),
                result));

    assertThat(dialogue.turns().getLast().messages()).containsExactly(result, new FromUser("b"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void speakers_alternate_the_user_first_and_no_message_is_empty(long seed) {
    Random random = new Random(seed);
    List<ModelMessage> messages = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      messages.add(message(random));
    }

    List<Turn> turns = Dialogue.of(messages).turns();

    for (int i = 0; i < turns.size(); i++) {
      assertThat(turns.get(i).byModel()).as("seed " + seed).isEqualTo(i % 2 == 1);
      assertThat(turns.get(i).messages()).as("seed " + seed).isNotEmpty();
    }
  }

  private static ModelMessage message(Random random) {
    String content = random.nextBoolean() ? "x" : " ";
    return switch (random.nextInt(4)) {
      case 0 -> new FromSystem(content);
      case 1 -> new FromUser(content);
      case 2 -> new FromTool("k", "t", content);
      default -> new FromAssistant(content, random.nextBoolean() ? List.of(CALL) : List.of());
    };
  }

  @Test
  void as_a_list_the_system_speaks_first_and_once_and_the_speakers_take_turns() {
    List<ModelMessage> messages =
        List.of(
            new ModelMessage.FromSystem("Be brief."),
            new ModelMessage.FromUser("One"),
            new ModelMessage.FromUser("Two"),
            new ModelMessage.FromAssistant("a", List.of()),
            new ModelMessage.FromAssistant("b", List.of(new ToolCall("k", "t", "{}"))),
            new ModelMessage.FromSystem("The plan is gold."),
            new ModelMessage.FromTool("k", "t", "2"),
            new ModelMessage.FromUser(
                "Three",
                List.of(new ContentPart.Text("Three"), new ContentPart.LinkedImage("u", null))),
            new ModelMessage.FromUser("Four"));

    List<ModelMessage> turns = Dialogue.of(messages).inTurns();

    assertThat(turns)
        .containsExactly(
            new ModelMessage.FromSystem("Be brief.\n\nThe plan is gold."),
            new ModelMessage.FromUser("One\n\nTwo"),
            new ModelMessage.FromAssistant("a\n\nb", List.of(new ToolCall("k", "t", "{}"))),
            new ModelMessage.FromTool("k", "t", "2"),
            new ModelMessage.FromUser(
                "Three\n\nFour",
                List.of(
                    new ContentPart.Text("Three"),
                    new ContentPart.LinkedImage("u", null),
                    new ContentPart.Text("Four"))));
  }
}
