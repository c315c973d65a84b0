package dev.artserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import org.junit.jupiter.api.Test;

class CallTextTest {
  private final CallText call = new CallText(new RunId("r_1"), "c_1", Phase.EXECUTION, null);

  @Test
  void a_character_whose_second_half_is_to_come_is_given_with_it() {
    call.append(false, "a\uD83D");
    assertThat(call.length(false)).isEqualTo(1);
    assertThat(call.rest(false, 0).text()).isEqualTo("a");

    call.append(false, "\uDE00b");

    assertThat(call.rest(false, 1).text()).isEqualTo("\uD83D\uDE00b");
    assertThat(call.rest(false, 1).offset()).isEqualTo(1);
  }

  @Test
  void a_half_that_stays_one_is_given_when_the_call_has_ended() {
    call.append(false, "a\uD83D");

    call.endBefore(7);

    assertThat(call.rest(false, 1).text()).isEqualTo("\uD83D");
  }
}
