package dev.artserver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {
  private static final Caller ADA = new Caller("ada", Set.of("admin"), null);

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u0000", "\u007f"})
  void a_name_without_characters_or_with_control_characters_is_refused(String name) {
    assertThatThrownBy(() -> new Caller(name, Set.of(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("caller.id");
    assertThatThrownBy(() -> new Caller("ada", Set.of(), name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("caller.onBehalfOf");
    assertThatThrownBy(() -> new Caller("ada", Set.of(name), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("caller.roles");
  }

  @Test
  void a_name_has_a_limit() {
    assertThat(new Caller("a".repeat(255), Set.of(), null).id()).hasSize(255);
    assertThatThrownBy(() -> new Caller("a".repeat(256), Set.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_name_of_anonymous_callers_has_no_rights() {
    assertThatThrownBy(() -> new Caller("anonymous", Set.of("admin"), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Caller("anonymous", Set.of(), "ada"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_fact_keeps_the_name_and_not_the_roles() {
    assertThat(ADA.recorded()).isEqualTo(new RecordedCaller("ada", null));
    assertThat(new Caller("desk", Set.of(), "ada").recorded())
        .isEqualTo(new RecordedCaller("desk", "ada"));
    assertThat(Caller.ANONYMOUS.recorded()).isNull();
  }

  @Test
  void one_key_is_another_for_each_caller_and_account_acted_for() {
    assertThat(
            Set.of(
                OperationKey.id(Caller.ANONYMOUS, "k"),
                OperationKey.id(ADA, "k"),
                OperationKey.id(new Caller("desk", Set.of(), "ada"), "k"),
                OperationKey.id(new Caller("desk", Set.of(), "bob"), "k")))
        .hasSize(4);
  }

  @Test
  void a_key_does_not_depend_on_roles() {
    Caller demoted = new Caller("ada", Set.of(), null);

    assertThat(OperationKey.id(demoted, "k")).isEqualTo(OperationKey.id(ADA, "k"));
  }

  @Test
  void keys_of_anonymous_callers_are_what_they_always_were() {
    assertThat(OperationKey.id(Caller.ANONYMOUS, "k")).isEqualTo("k");
  }

  @Test
  void the_client_reads_its_own_key() {
    assertThat(new OperationKey(OperationKey.id(ADA, "k"), "f").clientKey()).isEqualTo("k");
    assertThat(new OperationKey("k", "f").clientKey()).isEqualTo("k");
  }

  @Test
  void a_stored_key_matches_by_either_form_of_its_fingerprint() {
    OperationKey asked = new OperationKey("k", "2:new", "old");

    assertThat(asked.sameRequest(new OperationKey("k", "2:new"))).isTrue();
    assertThat(asked.sameRequest(new OperationKey("k", "old"))).isTrue();
    assertThat(asked.sameRequest(new OperationKey("k", "2:other"))).isFalse();
    assertThat(asked.stored()).isEqualTo(new OperationKey("k", "2:new"));
  }
}
