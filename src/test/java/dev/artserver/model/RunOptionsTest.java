package dev.artserver.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunOptionsTest {
  private static final SealedKey KEY = new SealedKey("sealed");
  private static final ThreadConfig THREAD =
      new ThreadConfig(
          new ProviderChoice("openai", "m1", none(), KEY),
          "react",
          List.of(),
          5,
          null,
          Persona.NONE,
          TestConfigs.EXECUTION,
          OnBusy.ENQUEUE);

  @Test
  void a_run_that_says_nothing_or_adds_parameters_uses_the_threads_key() {
    assertThat(key(RunOptions.NONE)).isEqualTo(KEY);
    assertThat(key(new RunOptions(null, null, null, null, none().put("seed", 1)))).isEqualTo(KEY);
  }

  @Test
  void a_run_with_a_provider_of_its_own_uses_the_threads_key_only_for_the_same_one() {
    assertThat(key(with("openai"))).isEqualTo(KEY);
    assertThat(key(with("other"))).isNull();
  }

  @Test
  void a_run_that_sets_one_bound_has_the_others_of_its_thread() {
    RunOptions options =
        new RunOptions(null, null, null, new ExecutionOptions(2, null, null), null);
    Execution thread = new Execution(9, 7, 1_000);

    assertThat(options.withAllBounds(thread).execution())
        .isEqualTo(new ExecutionOptions(2, 7, 1_000));
    assertThat(RunOptions.NONE.withAllBounds(thread)).isEqualTo(RunOptions.NONE);
  }

  private static RunOptions with(String provider) {
    return new RunOptions(new ProviderChoice(provider, "m2", none()), null, null, null, null);
  }

  private static @Nullable SealedKey key(RunOptions options) {
    return options.over(THREAD).provider().apiKey();
  }

  private static ObjectNode none() {
    return JsonNodeFactory.instance.objectNode();
  }
}
