package dev.artserver.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BusyTimeTest {
  private final BusyTime busy = new BusyTime();

  @Test
  void calls_are_added_up_until_the_last_one_begins() {
    busy.began(0, 100);
    busy.began(1, 110);
    busy.ends(2, 120);
    busy.began(1, 130);
    busy.ends(2, 190);
    busy.ends(1, 200);

    // One for 10, two for 10, one for 10.
    assertThat(busy.busyNanos()).isEqualTo(40);
    assertThat(busy.spanNanos()).isEqualTo(30);
  }

  @Test
  void what_was_before_the_reset_does_not_count() {
    busy.began(0, 100);
    busy.began(1, 200);
    busy.ends(2, 300);
    busy.reset();
    assertThat(busy.spanNanos()).isZero();

    busy.began(1, 400);
    busy.began(2, 410);

    // The one from before is still under way.
    assertThat(busy.busyNanos()).isEqualTo(20);
    assertThat(busy.spanNanos()).isEqualTo(10);
  }
}
