package dev.artserver.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Fact;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AlertsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private OptionalDouble value = OptionalDouble.of(0);
  private final List<String> told = new ArrayList<>();
  private final Alerts alerts =
      new Alerts(
          () -> now, alert -> told.add(alert.name() + (alert.raised() ? " raised" : " cleared")));
  private final RunOutcomes outcomes = new RunOutcomes(() -> now, Duration.ofMinutes(5));

  @Test
  void an_alert_is_reported_once_and_cleared_well_below_its_threshold() {
    alerts.watch("queue", 10, () -> value);

    for (double each : new double[] {10, 11, 12, 9, 11, 8, 7.9, 9, 10}) {
      value = OptionalDouble.of(each);
      alerts.look();
    }

    assertThat(told).containsExactly("queue raised", "queue cleared");
  }

  @Test
  void a_raised_alert_keeps_its_start() {
    alerts.watch("queue", 10, () -> value);
    value = OptionalDouble.of(11);
    alerts.look();

    now = START.plusSeconds(60);
    value = OptionalDouble.of(50);
    alerts.look();

    assertThat(alerts.all()).containsExactly(new Alert("queue", 50, 10, START));
  }

  @Test
  void an_unknown_value_leaves_an_alert_as_it_was() {
    alerts.watch("queue", 10, () -> value);
    value = OptionalDouble.of(11);
    alerts.look();

    value = OptionalDouble.empty();
    alerts.look();

    assertThat(alerts.all().getFirst().raised()).isTrue();
  }

  @Test
  void five_of_a_hundred_runs_may_fail_and_six_may_not() {
    alerts.watch("error-rate", TestConfigs.ALERTS.errorRate(), outcomes::errorRate);
    runs(95, false, 100);
    runs(5, true, 100);
    alerts.look();
    assertThat(told).isEmpty();

    runs(2, true, 100);
    alerts.look();

    assertThat(told).containsExactly("error-rate raised");
  }

  @Test
  void too_few_runs_raise_no_alert() {
    runs(10, true, 60_000);

    assertThat(outcomes.errorRate()).isEmpty();
    assertThat(outcomes.responseTime95()).isEmpty();
  }

  @Test
  void an_alert_is_raised_when_more_than_five_of_a_hundred_runs_are_slow() {
    runs(95, false, 1_000);
    runs(5, false, 9_000);
    assertThat(outcomes.responseTime95()).hasValue(1);

    runs(1, false, 9_000);

    assertThat(outcomes.responseTime95()).hasValue(9);
  }

  @Test
  void outcomes_older_than_the_window_are_forgotten() {
    runs(50, true, 1_000);

    now = START.plus(Duration.ofMinutes(6));

    assertThat(outcomes.errorRate()).isEmpty();
  }

  @Test
  void memory_for_outcomes_is_bounded() {
    runs(5_000, true, 1_000);
    runs(1_000, false, 1_000);

    assertThat(outcomes.errorRate()).hasValue(0);
  }

  private void runs(int count, boolean failed, long millis) {
    RunSummary summary =
        new RunSummary(Duration.ofMillis(millis), Duration.ZERO, 1, 0, Usage.NONE, false);
    RunId run = new RunId("r");
    ThreadEvent end =
        failed
            ? new ThreadEvent.RunFailed(run, new RunFailure("X", "x", null, null), summary)
            : new ThreadEvent.RunCompleted(run, summary);
    for (int i = 0; i < count; i++) {
      outcomes.onFacts(List.of(new Fact(1, 0, now, end)));
    }
  }
}
