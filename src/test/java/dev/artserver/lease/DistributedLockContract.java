package dev.artserver.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every lock service does.
public abstract class DistributedLockContract {
  protected static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(30);

  /// Other than those of other tests.
  private final String key = "thread:" + UUID.randomUUID();

  private DistributedLock ann;
  private DistributedLock bob;

  @BeforeEach
  void name_two_holders() {
    ann = holder("ann-" + UUID.randomUUID());
    bob = holder("bob-" + UUID.randomUUID());
  }

  protected abstract DistributedLock holder(String token);

  /// Returns once a lock whose time to live is `SHORT` must be gone.
  protected abstract void letPass(Duration ttl);

  protected static <T> T done(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  @Test
  void only_one_of_two_has_a_lock_and_the_other_sees_who() {
    assertThat(done(ann.acquire(key, LONG))).isTrue();
    assertThat(done(bob.acquire(key, LONG))).isFalse();

    assertThat(done(bob.holders(List.of(key)))).containsExactly(Optional.of(ann.token()));
  }

  @Test
  void acquiring_again_is_harmless_since_an_answer_may_have_been_lost() {
    assertThat(done(ann.acquire(key, LONG))).isTrue();
    assertThat(done(ann.acquire(key, LONG))).isTrue();
  }

  @Test
  void a_lock_given_back_is_free() {
    done(ann.acquire(key, LONG));

    assertThat(done(ann.release(key))).isTrue();

    assertThat(done(ann.release(key))).isFalse();
    assertThat(done(ann.holders(List.of(key)))).containsExactly(Optional.empty());
    assertThat(done(bob.acquire(key, LONG))).isTrue();
  }

  @Test
  void only_its_holder_gives_a_lock_back_or_extends_it() {
    done(ann.acquire(key, LONG));

    assertThat(done(bob.release(key))).isFalse();
    assertThat(done(bob.extend(key, LONG))).isFalse();

    assertThat(done(ann.holders(List.of(key)))).containsExactly(Optional.of(ann.token()));
  }

  @Test
  void a_lock_is_gone_when_its_time_has_passed() {
    done(ann.acquire(key, SHORT));
    letPass(SHORT);

    assertThat(done(ann.holders(List.of(key)))).containsExactly(Optional.empty());
    assertThat(done(ann.extend(key, LONG))).isFalse();
    assertThat(done(bob.acquire(key, LONG))).isTrue();
  }

  @Test
  void a_lock_that_was_extended_stays() {
    done(ann.acquire(key, SHORT.multipliedBy(100)));
    assertThat(done(ann.extend(key, LONG))).isTrue();
    letPass(SHORT);

    assertThat(done(bob.acquire(key, LONG))).isFalse();
  }

  @Test
  void acquiring_again_begins_its_time_anew() {
    done(ann.acquire(key, SHORT.multipliedBy(100)));
    done(ann.acquire(key, SHORT));
    letPass(SHORT);

    assertThat(done(bob.acquire(key, LONG))).isTrue();
  }

  @Test
  void a_dead_holders_lock_is_taken_over_by_the_first() {
    DistributedLock late = holder("late");
    done(ann.acquire(key, LONG));

    assertThat(done(bob.replace(key, ann.token(), LONG))).isTrue();

    assertThat(done(late.replace(key, ann.token(), LONG))).isFalse();
    assertThat(done(ann.extend(key, LONG))).isFalse();
    assertThat(done(late.holders(List.of(key)))).containsExactly(Optional.of(bob.token()));
  }

  @Test
  void a_lock_that_nobody_has_is_not_taken_over() {
    assertThat(done(bob.replace(key, ann.token(), LONG))).isFalse();
    assertThat(done(bob.holders(List.of(key)))).containsExactly(Optional.empty());
  }

  @Test
  void holders_of_many_locks_come_in_the_order_of_the_keys() {
    done(ann.acquire(key + 1, LONG));
    done(bob.acquire(key + 3, LONG));

    assertThat(done(ann.holders(List.of(key + 3, key + 2, key + 1))))
        .containsExactly(Optional.of(bob.token()), Optional.empty(), Optional.of(ann.token()));
    assertThat(done(ann.holders(List.of()))).isEmpty();
    assertThat(done(ann.holders(Collections.nCopies(DistributedLock.KEYS_MAX, key)))).hasSize(1000);
  }

  @Test
  void of_many_that_ask_at_once_one_gets_it() {
    List<DistributedLock> all =
        IntStream.range(0, 50).mapToObj(i -> holder("holder-" + i)).toList();
    List<Future<Boolean>> asked = new ArrayList<>();
    all.forEach(each -> asked.add(each.acquire(key, LONG)));

    assertThat(asked.stream().filter(DistributedLockContract::done)).hasSize(1);
  }

  @Test
  void what_cannot_be_a_lock_is_refused() {
    assertThatThrownBy(() -> ann.acquire("", LONG))
        .hasMessage("key must be 1 to 512 characters, got 0");
    assertThatThrownBy(() -> ann.acquire(key, Duration.ZERO))
        .hasMessage("ttl must be at least 1 ms, got PT0S");
    assertThatThrownBy(() -> ann.holders(Collections.nCopies(1_001, key)))
        .hasMessage("keys must be at most 1000, got 1001");
  }
}
