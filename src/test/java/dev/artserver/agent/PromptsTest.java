package dev.artserver.agent;

import static dev.artserver.agent.Plans.item;
import static dev.artserver.agent.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Persona;
import dev.artserver.model.Role;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromptsTest {
  private final ScriptedRun run = new ScriptedRun(new PesAgent());

  @Test
  void each_phase_speaks_with_its_part_of_the_persona() {
    run.config(c -> with(c, new Persona("Ada", "PLAN-VOICE", null, "ANSWER-VOICE"), null, 20))
        .says(plan(item("1")), "one", "End.")
        .query("Do it");

    run.end();

    assertThat(system(0)).startsWith("You are Ada. PLAN-VOICE");
    assertThat(system(1)).startsWith("You are Ada. " + Personas.DEFAULT.execution());
    assertThat(system(2)).startsWith("You are Ada. ANSWER-VOICE");
  }

  @Test
  void the_threads_own_system_prompt_goes_behind_or_before_ours() {
    SystemPrompt behind = new SystemPrompt("OURS", SystemPrompt.Strategy.APPEND);
    SystemPrompt before = new SystemPrompt("OURS", SystemPrompt.Strategy.PREPEND);

    assertThat(systemWith(behind)).startsWith("You are Vela.").endsWith("\n\nOURS");
    assertThat(systemWith(before)).startsWith("OURS\n\nYou are Vela.");
  }

  @Test
  void only_the_last_messages_up_to_the_query_are_shown() {
    run.message(Role.USER, "one", null)
        .message(Role.AI, "two", null)
        .message(Role.AI, " ", null)
        .message(Role.TOOL, "three", null)
        .says(plan(), "End.")
        .query("Do it");
    run.config(c -> with(c, Persona.NONE, null, 3));

    run.end();

    List<ModelMessage> messages = run.asks.getFirst().messages();
    assertThat(messages.subList(1, messages.size()))
        .containsExactly(
            new ModelMessage.FromUser("[result of a tool] three"),
            new ModelMessage.FromUser("Do it"));
  }

  @Test
  void the_images_of_a_query_are_shown_in_every_phase() {
    ContentPart image = new ContentPart.InlineImage("image/png", "iVBORw0KGgo=");
    List<ContentPart> parts = List.of(image, new ContentPart.Text("What is it?"));
    run.says(plan(item("1")), "A cat.", "It is a cat.").query("What is it?", parts);

    run.end();

    assertThat(run.asks).hasSize(3);
    ModelMessage planning = run.asks.get(0).messages().getLast();
    assertThat(planning).isEqualTo(new ModelMessage.FromUser("What is it?", parts));
    for (Decision.Ask later : run.asks.subList(1, 3)) {
      ModelMessage.FromUser asked = (ModelMessage.FromUser) later.messages().getLast();
      assertThat(asked.content()).startsWith("The user's request:\nWhat is it?");
      assertThat(asked.parts()).containsExactly(new ContentPart.Text(asked.content()), image);
    }
  }

  @Test
  void images_of_earlier_messages_are_shown_within_the_limit_of_history() {
    ContentPart image = new ContentPart.LinkedImage("https://example.org/a.png", null);
    run.says(plan(), "End.").query("", List.of(image)).end();
    run.says(plan(), "End.").query("And now?").end();
    run.config(c -> with(c, Persona.NONE, null, 2)).says(plan(), "End.").query("And now?");

    run.end();

    assertThat(run.asks.get(2).messages())
        .contains(new ModelMessage.FromUser("", List.of(image)))
        .endsWith(new ModelMessage.FromUser("And now?"));
    assertThat(run.asks.getLast().messages())
        .doesNotContain(new ModelMessage.FromUser("", List.of(image)));
  }

  @Test
  void without_history_the_query_is_still_asked() {
    run.config(c -> with(c, Persona.NONE, null, 0)).says(plan(), "End.").query("Do it");

    run.end();

    assertThat(run.asks.getFirst().messages())
        .hasSize(2)
        .endsWith(new ModelMessage.FromUser("Do it"));
  }

  @Test
  void what_a_client_adds_while_the_run_goes_on_is_seen_by_the_next_call() {
    run.says(plan(), "End.").query("Do it");
    run.meanwhile = () -> run.message(Role.SYSTEM, "In French.", null);

    run.end();

    assertThat(run.asks.get(1).messages()).contains(new ModelMessage.FromSystem("In French."));
  }

  private String systemWith(SystemPrompt prompt) {
    ScriptedRun other = new ScriptedRun(new ReactAgent());
    other.config(c -> with(c, Persona.NONE, prompt, 20)).says("ok").query("?").end();
    return ((ModelMessage.FromSystem) other.asks.getFirst().messages().getFirst()).content();
  }

  private String system(int ask) {
    return ((ModelMessage.FromSystem) run.asks.get(ask).messages().getFirst()).content();
  }

  private static ThreadConfig with(
      ThreadConfig c, Persona persona, @Nullable SystemPrompt prompt, int historyLimit) {
    return new ThreadConfig(
        c.provider(),
        c.agent(),
        c.enabledTools(),
        historyLimit,
        prompt,
        persona,
        c.execution(),
        c.onBusy());
  }
}
