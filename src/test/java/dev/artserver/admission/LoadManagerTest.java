package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Priority;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadManagerTest {
  private static final PoolConfig POOL =
      new PoolConfig(100, 10, Duration.ofSeconds(30), Duration.ofSeconds(5));
  private static final MachineLoad IDLE = machine(0.1, 0.1, 0);
  private final LoadManager load = new LoadManager(TestConfigs.LOAD, POOL);

  @Test
  void the_load_is_that_of_whatever_is_used_up_first() {
    load.observe(machine(0.2, 0.6, 25), pool(10, 3, Duration.ofSeconds(1)));

    assertThat(load.currentLoad()).isEqualTo(0.6);
    assertThat(load.load().parts()).isEqualTo(new Load.Parts(0.1, 0.6, 0.2, 0.3, 0.2));
  }

  @Test
  void a_moment_of_load_is_no_overload() {
    look(10, IDLE, 0);

    load.observe(machine(1, 0, 0), pool(10, 0, Duration.ZERO));

    assertThat(load.currentLoad()).isCloseTo(0.46, within(0.001));
    assertThat(load.shouldThrottle()).isFalse();
  }

  @Test
  void overload_ends_well_below_where_it_began() {
    look(10, machine(0.95, 0, 0), 0);
    assertThat(load.shouldThrottle()).isTrue();
    look(20, machine(0.8, 0, 0), 0);
    assertThat(load.shouldThrottle()).isTrue();

    look(20, machine(0.65, 0, 0), 0);

    assertThat(load.shouldThrottle()).isFalse();
    look(20, machine(0.8, 0, 0), 0);
    assertThat(load.shouldThrottle()).isFalse();
  }

  @Test
  void under_overload_fewer_runs_are_recommended_and_never_fewer_than_the_least() {
    look(5, machine(1, 0, 0), 50);
    assertThat(load.recommendConcurrency()).isEqualTo(59);

    look(100, machine(1, 0, 0), 50);

    assertThat(load.recommendConcurrency()).isEqualTo(5);
  }

  /// Other processes use it however few runs there are: fewer runs would only do less work.
  @Test
  void what_other_processes_take_of_the_cpu_is_load_and_costs_no_slot() {
    for (int i = 0; i < 100; i++) {
      load.observe(new MachineLoad(1, 0.3, 0, Duration.ZERO), pool(50, 0, Duration.ZERO));
    }

    assertThat(load.shouldThrottle()).isTrue();
    assertThat(load.recommendConcurrency()).isEqualTo(100);
  }

  /// Otherwise an overloaded server would do less and less work.
  @Test
  void a_full_queue_is_overload_and_costs_no_slot() {
    for (int i = 0; i < 100; i++) {
      load.observe(IDLE, pool(100, POOL.maxQueueSize(), Duration.ofSeconds(20)));
    }

    assertThat(load.shouldThrottle()).isTrue();
    assertThat(load.recommendConcurrency()).isEqualTo(100);
  }

  @Test
  void at_ease_the_limit_grows_only_while_it_is_used() {
    look(10, machine(1, 0, 0), 100);
    look(20, IDLE, 0);
    int unused = load.recommendConcurrency();
    look(20, IDLE, 0);
    assertThat(load.recommendConcurrency()).isEqualTo(unused);

    look(200, IDLE, 100);

    assertThat(load.recommendConcurrency()).isEqualTo(100);
  }

  @Test
  void a_late_event_loop_is_full_load() {
    look(10, machine(0, 0, 300), 0);

    assertThat(load.shouldThrottle()).isTrue();
  }

  /// Otherwise a server that refuses everything would never stop refusing.
  @Test
  void past_waits_do_not_count_once_there_is_no_waiter() {
    for (int i = 0; i < 20; i++) {
      load.observe(IDLE, pool(50, 5, Duration.ofSeconds(20)));
    }
    assertThat(load.shouldThrottle()).isTrue();

    for (int i = 0; i < 20; i++) {
      load.observe(IDLE, pool(0, 0, Duration.ofSeconds(20)));
    }

    assertThat(load.shouldThrottle()).isFalse();
  }

  /// A machine on which 40 runs at once are just too many: the limit stays near 40.
  @Test
  void the_limit_settles_where_the_machine_can_do_no_more() {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int i = 0; i < 2_000; i++) {
      int active = load.recommendConcurrency();
      load.observe(machine(active / 40.0, 0, 0), pool(active, 5, Duration.ZERO));
      if (i > 200) {
        least = Math.min(least, active);
        most = Math.max(most, active);
      }
    }

    assertThat(least).isGreaterThan(20);
    assertThat(most).isLessThan(48);
  }

  @Test
  void thresholds_that_make_no_sense_are_refused_by_name() {
    Duration second = Duration.ofSeconds(1);

    assertThatThrownBy(() -> new LoadConfig(true, 1, 0.5, 0.5, second, second))
        .hasMessageContaining("load.scaleUpThreshold");
    assertThatThrownBy(() -> new LoadConfig(true, 0, 0.9, 0.5, second, second))
        .hasMessageContaining("load.minConcurrentThreads");
  }

  private void look(int times, MachineLoad machine, int active) {
    for (int i = 0; i < times; i++) {
      load.observe(machine, pool(active, 0, Duration.ZERO));
    }
  }

  private static MachineLoad machine(double cpu, double heap, int lagMs) {
    return new MachineLoad(cpu, cpu, heap, Duration.ofMillis(lagMs));
  }

  private static PoolStats pool(int active, int queued, Duration wait) {
    return new PoolStats(
        100, active, Map.of(Priority.NORMAL, queued), POOL, 0, 0, 0, 0, wait, Duration.ZERO);
  }
}
