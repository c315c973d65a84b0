package dev.artserver.provider.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.model.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuotaTest extends PermitSourceContract {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Ending DONE = new Ending(Outcome.SUCCEEDED, 0, 0);
  private static final Lane.Rules PLAIN =
      new Lane.Rules(Budget.Limits.NONE, null, Lane.OnOpen.WAIT, true);

  private long now;
  private long alarmAt = Permits.NEVER;

  @Override
  protected World world(Permits.Limits limits, Map<String, Lane.Rules> lanes) {
    Quota quota = quota(limits, null);
    lanes.forEach(quota::open);
    return new World() {
      @Override
      public PermitSource source() {
        return quota;
      }

      @Override
      public void settle() {}

      @Override
      public void advance(Duration time) {
        QuotaTest.this.advance(quota, time);
      }
    };
  }

  private Quota quota(Permits.Limits limits, @Nullable LanesOnDemand onDemand) {
    Quota quota = new Quota("a", 1, limits, onDemand, () -> now);
    quota.alarm(moment -> alarmAt = Math.min(alarmAt, moment));
    return quota;
  }

  private static Permits.Limits limits(int parallelMax) {
    return new Permits.Limits(
        new Budget.Limits(parallelMax, 0, 0), 10, 4, Duration.ofSeconds(5), LONG);
  }

  private void advance(Quota quota, Duration time) {
    long end = now + time.toNanos();
    while (alarmAt <= end) {
      now = Math.max(now, alarmAt);
      alarmAt = Permits.NEVER;
      quota.tick();
    }
    now = end;
  }

  @Test
  void a_waiter_that_throws_costs_no_other_its_answer_and_no_caller_its_claim() {
    Quota quota = quota(limits(1), null);
    quota.open(LANE, PLAIN);
    PermitClaim holder = quota.acquire(LANE, Priority.NORMAL, 0, LONG, told -> {});
    List<PermitClaim> told = new ArrayList<>();
    quota.acquire(
        LANE,
        Priority.NORMAL,
        0,
        LONG,
        claim -> {
          throw new IllegalStateException("the waiter is broken");
        });
    PermitClaim second = quota.acquire(LANE, Priority.NORMAL, 0, LONG, told::add);

    FireAndForget.logged(quota.limit(new Budget.Limits(3, 0, 0)), "change a limit");

    assertThat(told).containsExactly(second);
    holder.release(DONE);
    assertThat(quota.stats().inUse()).isEqualTo(2);
  }

  @Test
  void a_lane_made_on_demand_is_forgotten_when_it_rests_and_refused_when_none_does() {
    Lane.Rules one = new Lane.Rules(new Budget.Limits(1, 0, 0), null, Lane.OnOpen.WAIT, true);
    Quota quota = quota(limits(0), new LanesOnDemand(one, 2));
    quota.acquire("k1", Priority.NORMAL, 0, LONG, told -> {});
    PermitClaim second = quota.acquire("k2", Priority.NORMAL, 0, LONG, told -> {});

    PermitClaim refused = quota.acquire("k3", Priority.NORMAL, 0, LONG, told -> {});
    second.release(DONE);
    PermitClaim granted = quota.acquire("k3", Priority.NORMAL, 0, LONG, told -> {});

    assertThat(Objects.requireNonNull(refused.refused()).reason()).isEqualTo(Refused.Reason.LANES);
    assertThat(refused.queued()).isFalse();
    assertThat(granted.held()).isTrue();
    assertThat(quota.stats().lanes()).containsOnlyKeys("k1", "k3");
  }

  @Test
  void however_many_lanes_come_and_go_few_are_remembered() {
    Quota quota = quota(limits(0), new LanesOnDemand(PLAIN, 1_000));

    for (int i = 0; i < 10_000; i++) {
      quota.acquire("k" + i, Priority.NORMAL, 0, LONG, told -> {}).release(DONE);
    }

    assertThat(quota.stats().lanes()).hasSizeLessThanOrEqualTo(64);
  }
}
