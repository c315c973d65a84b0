package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopFlushClockTest {
  private @Nullable Runnable timer;
  private int begun;
  private int stopped;
  private final LoopFlushClock beat =
      new LoopFlushClock(task -> {
        timer = task;
        begun++;
        return () -> {
          timer = null;
          stopped++;
        };
      });

  @Test
  void the_timer_runs_only_while_a_feed_uses_the_clock() {
    beat.now();
    assertThat(begun).isEqualTo(1);

    tick();
    beat.now();
    tick();
    assertThat(stopped).isZero();
    tick();

    assertThat(stopped).isEqualTo(1);
    assertThat(timer).isNull();
  }

  @Test
  void no_beat_is_counted_twice_however_often_the_timer_stops() {
    List<Long> beats = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      beats.add(beat.now());
      tick();
      beats.add(beat.now());
      tick();
      tick();
    }

    assertThat(beats).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void all_that_wait_are_called_when_the_next_begins_and_once() {
    List<String> called = new ArrayList<>();
    beat.atNext(() -> called.add("a"));
    beat.atNext(() -> {
      called.add("b");
      beat.atNext(() -> called.add("c"));
    });

    tick();
    assertThat(called).containsExactly("a", "b");
    tick();

    assertThat(called).containsExactly("a", "b", "c");
  }

  @Test
  void one_that_fails_does_not_keep_the_others_waiting() {
    List<String> called = new ArrayList<>();
    beat.atNext(() -> {
      throw new IllegalStateException("made to fail by the test");
    });
    beat.atNext(() -> called.add("b"));

    tick();

    assertThat(called).containsExactly("b");
  }

  private void tick() {
    if (timer == null) {
      throw new AssertionError("the timer does not run");
    }
    timer.run();
  }
}
