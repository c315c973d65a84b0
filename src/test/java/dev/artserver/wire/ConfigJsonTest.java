package dev.artserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Execution;
import dev.artserver.model.FailureException;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.RandomModel;
import dev.artserver.model.SealedKey;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigJsonTest {
  private static final ThreadId THREAD = new ThreadId("t1");
  private static final ThreadConfig DEFAULTS =
      new ThreadConfig(
          new ProviderChoice("demo", "demo-1", JsonNodeFactory.instance.objectNode()),
          "pes",
          List.of(),
          50,
          null,
          Persona.NONE,
          TestConfigs.EXECUTION,
          OnBusy.ENQUEUE);

  @Test
  void an_empty_patch_gives_the_defaults() {
    assertThat(merge(DEFAULTS, object("{}"))).isEqualTo(DEFAULTS);
  }

  @Test
  void every_field_can_be_set() {
    ThreadConfig config =
        merge(
            DEFAULTS,
            object(
                """
                {"provider": {"name": "openai", "model": "m", "options": {"maxTokens": 5}},
                 "agent": "react", "enabledTools": ["a", "b", "a"], "historyLimit": 0,
                 "systemPrompt": "Be brief.",
                 "persona": {"name": "Ada", "prompts": {"planning": "p", "synthesis": "s"}},
                 "execution": {"maxIterations": 1, "maxItems": 2, "toolResultMaxLength": 100},
                 "onBusy": "rollback", "fallbacks": ["b", "c-1/org/model"]}
                """));

    assertThat(config)
        .isEqualTo(
            new ThreadConfig(
                new ProviderChoice("openai", "m", object("{\"maxTokens\":5}")),
                "react",
                List.of("a", "b"),
                0,
                new SystemPrompt("Be brief.", SystemPrompt.Strategy.APPEND),
                new Persona("Ada", "p", null, "s"),
                new Execution(1, 2, 100),
                OnBusy.ROLLBACK,
                List.of("b", "c-1/org/model")));
  }

  @Test
  void a_patch_keeps_what_it_does_not_name_and_null_gives_the_default() {
    ThreadConfig current =
        merge(
            DEFAULTS,
            object(
                """
                {"provider": {"model": "m2", "options": {"seed": 1, "topP": 1}},
                 "historyLimit": 7, "systemPrompt": {"content": "x", "strategy": "prepend"},
                 "persona": {"name": "Ada", "prompts": {"planning": "p"}}}
                """));

    ThreadConfig patched =
        merge(
            current,
            DEFAULTS,
            object(
                """
                {"provider": {"options": {"seed": null}}, "historyLimit": null,
                 "systemPrompt": {"content": "y"}, "persona": {"prompts": null}}
                """));

    assertThat(patched.provider())
        .isEqualTo(new ProviderChoice("demo", "m2", object("{\"topP\":1}")));
    assertThat(patched.historyLimit()).isEqualTo(50);
    assertThat(patched.systemPrompt())
        .isEqualTo(new SystemPrompt("y", SystemPrompt.Strategy.PREPEND));
    assertThat(patched.persona()).isEqualTo(new Persona("Ada", null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'colour': 1}                               | /config/colour",
        "{'provider': {'nom': 'x'}}                  | /config/provider/nom",
        "{'provider': 'demo'}                        | /config/provider",
        "{'provider': {'name': ' '}}                 | /config/provider/name",
        "{'provider': {'options': []}}               | /config/provider/options",
        "{'agent': 'other'}                          | /config/agent",
        "{'enabledTools': 'a'}                       | /config/enabledTools",
        "{'enabledTools': ['a', 'b c']}              | /config/enabledTools/1",
        "{'historyLimit': 1001}                      | /config/historyLimit",
        "{'historyLimit': 1.5}                       | /config/historyLimit",
        "{'historyLimit': 99999999999}               | /config/historyLimit",
        "{'systemPrompt': 3}                         | /config/systemPrompt",
        "{'systemPrompt': {}}                        | /config/systemPrompt/content",
        "{'systemPrompt': {'content': 'x', 'strategy': 'replace'}}|/config/systemPrompt/strategy",
        "{'persona': {'prompts': {'plan': 'x'}}}     | /config/persona/prompts/plan",
        "{'execution': {'maxIterations': 0}}         | /config/execution/maxIterations",
        "{'execution': {'maxItems': '5'}}            | /config/execution/maxItems",
        "{'onBusy': 'ENQUEUE'}                       | /config/onBusy",
        "{'a/b~c': 1}                                | /config/a~1b~0c"
      })
  void a_refusal_points_at_the_wrong_member(String patch, String pointer) {
    FailureException refused = refused(patch.replace('\'', '"'));

    assertThat(refused.failure().code()).isEqualTo("INVALID_REQUEST");
    assertThat(refused.failure().message()).startsWith(pointer + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "apiKey",
    "api_key",
    "KEY",
    "secretId",
    "password",
    "Authorization",
    "accessToken",
    "token"
  })
  void credentials_are_refused_at_any_depth_and_never_repeated(String name) {
    FailureException refused =
        refused("{\"provider\":{\"options\":{\"deep\":[{\"" + name + "\":\"hush\"}]}}}");

    assertThat(refused.failure().message())
        .startsWith("/config/provider/options/deep/0/" + name + " ")
        .contains("a credential goes into config.provider.apiKey")
        .doesNotContain("hush");
  }

  @Test
  void a_key_of_its_own_is_sealed_for_the_provider_it_is_sent_with() {
    assertThat(keyAfter(DEFAULTS, "{\"apiKey\":\"k1\"}")).isEqualTo("k1 for demo");
    assertThat(keyAfter(DEFAULTS, "{\"name\":\"openai\",\"apiKey\":\"k1\"}"))
        .isEqualTo("k1 for openai");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model': 'm2'}                       | k1 for demo",
        "{'apiKey': '***'}                     | k1 for demo",
        "{'name': 'demo', 'apiKey': '***'}     | k1 for demo",
        "{'apiKey': 'k2'}                      | k2 for demo",
        "{'apiKey': null}                      | none",
        "{'name': 'openai'}                    | none",
        "{'name': 'openai', 'apiKey': 'k2'}    | k2 for openai",
        "{'name': 'openai', 'apiKey': null}    | none",
        "null                                  | none",
      })
  void a_key_stays_until_it_is_replaced_removed_or_its_provider_changes(
      String patch, String expected) {
    ThreadConfig current = merge(DEFAULTS, object("{\"provider\":{\"apiKey\":\"k1\"}}"));

    assertThat(keyAfter(current, patch.replace('\'', '"'))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'apiKey': 'hush hush'}  | must be 1 to 1024 visible ASCII characters",
        "{'apiKey': 'hüsh'}       | must be 1 to 1024 visible ASCII characters",
        "{'apiKey': ''}           | must be 1 to 1024 visible ASCII characters",
        "{'apiKey': ['hush']}     | must be 1 to 1024 visible ASCII characters",
        "{'apiKey': '***'}        | must be the key itself: there is none for this provider to"
            + " keep",
      })
  void an_invalid_key_is_refused_and_never_repeated(String patch, String rule) {
    FailureException refused = refused("{\"provider\":" + patch.replace('\'', '"') + "}");

    assertThat(refused.failure().message()).isEqualTo("/config/provider/apiKey " + rule);
  }

  @Test
  void clients_see_that_there_is_a_key_but_not_the_key() {
    ThreadConfig config = merge(DEFAULTS, object("{\"provider\":{\"apiKey\":\"k1\"}}"));

    assertThat(ConfigJson.write(Secrets.hidden(config)).at("/provider/apiKey").asText())
        .isEqualTo("***");
    assertThat(ConfigJson.write(Secrets.hidden(DEFAULTS)).at("/provider").has("apiKey")).isFalse();
    assertThat(config.toString()).doesNotContain("k1").contains("***");
  }

  @Test
  void a_key_that_was_not_sealed_is_refused_by_the_owner_and_never_repeated() {
    FailureException refused =
        catchThrowableOfType(
            FailureException.class,
            () ->
                ConfigJson.merge(
                    DEFAULTS,
                    DEFAULTS,
                    object("{\"provider\":{\"apiKey\":\"hush\"}}"),
                    (name, key) -> key));

    assertThat(refused.failure().message()).isEqualTo("/config/provider/apiKey must be sealed");
  }

  @Test
  void the_request_stays_as_the_client_sent_it() {
    ObjectNode patch = object("{\"provider\":{\"apiKey\":\"k1\"}}");

    ObjectNode sealed =
        ConfigKeys.sealed(patch, THREAD, (thread, key) -> new SealedKey("sealed:x"));

    assertThat(patch.at("/provider/apiKey").asText()).isEqualTo("k1");
    assertThat(sealed.at("/provider/apiKey").asText()).isEqualTo("sealed:x");
  }

  private static String keyAfter(ThreadConfig current, String provider) {
    SealedKey key =
        merge(current, DEFAULTS, object("{\"provider\":" + provider + "}")).provider().apiKey();
    return key == null ? "none" : key.text();
  }

  @ParameterizedTest
  @CsvSource({"maxTokens", "max_completion_tokens"})
  void numbers_of_tokens_are_not_credentials(String name) {
    ThreadConfig config =
        merge(DEFAULTS, object("{\"provider\":{\"options\":{\"" + name + "\":100}}}"));

    assertThat(config.provider().options().path(name).intValue()).isEqualTo(100);
  }

  @Test
  void a_written_configuration_is_a_valid_patch() {
    for (long seed = 0; seed < 300; seed++) {
      ThreadConfig config = withNames(new RandomModel(seed).config());

      ThreadConfig again = merge(DEFAULTS, ConfigJson.write(config));

      assertThat(again).as("seed %d", seed).isEqualTo(config);
    }
  }

  private static ThreadConfig merge(ThreadConfig defaults, ObjectNode patch) {
    return merge(defaults, defaults, patch);
  }

  private static ThreadConfig merge(ThreadConfig current, ThreadConfig defaults, ObjectNode patch) {
    return ConfigJson.merge(
        current,
        defaults,
        ConfigKeys.sealed(patch, THREAD, (thread, key) -> new SealedKey("sealed:" + key)),
        (name, key) -> new SealedKey(key.text().substring("sealed:".length()) + " for " + name));
  }

  /// Replaces random names that a client could not choose.
  private static ThreadConfig withNames(ThreadConfig config) {
    return new ThreadConfig(
        new ProviderChoice("p", "m", JsonNodeFactory.instance.objectNode()),
        config.agent(),
        List.of("tool-1"),
        config.historyLimit(),
        config.systemPrompt(),
        config.persona(),
        config.execution(),
        config.onBusy());
  }

  private static FailureException refused(String patch) {
    return catchThrowableOfType(FailureException.class, () -> merge(DEFAULTS, object(patch)));
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
