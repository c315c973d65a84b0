package dev.artserver.provider.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What calls rely on, whatever stands behind the port: a lock of this process, or messages to
/// another one. Time stands still until a test moves it.
public abstract class PermitSourceContract {
  protected static final String LANE = "a";
  protected static final String OTHER = "a/other";
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration LONG = Duration.ofHours(1);
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final PermitClaim NOT_ASKED = new UnlanedClaim(0);
  private static final Ending DONE = new Ending(Outcome.SUCCEEDED, 0, 0);
  private static final Lane.Rules PLAIN =
      new Lane.Rules(Budget.Limits.NONE, null, Lane.OnOpen.REFUSE, true);

  /// A source and its time.
  public interface World {
    PermitSource source();

    /// Delivers all that is under way between the source and its callers.
    void settle();

    /// Moves time on, and does what has become due.
    void advance(Duration time);
  }

  /// @param lanes by name
  protected abstract World world(Permits.Limits limits, Map<String, Lane.Rules> lanes);

  private World world(Budget.Limits shared, int waitingMax) {
    return world(shared, waitingMax, PLAIN);
  }

  private World world(Budget.Limits shared, int waitingMax, Lane.Rules rules) {
    Permits.Limits limits = new Permits.Limits(shared, waitingMax, 4, Duration.ofSeconds(5), TTL);
    return world(limits, Map.of(LANE, rules, OTHER, PLAIN));
  }

  /// A claim and how often its waiter was told.
  private static final class Caller implements PermitWaiter {
    private int told;
    private PermitClaim claim = NOT_ASKED;
    private Duration since = Duration.ZERO;
    private boolean withdrawn;

    @Override
    public void onSettled(PermitClaim settled) {
      assertThat(claim).isIn(settled, NOT_ASKED);
      told++;
    }

    boolean answered() {
      return claim.held() || claim.refused() != null;
    }
  }

  private static Caller ask(World world, String lane, Priority priority, Duration patience) {
    Caller caller = new Caller();
    caller.claim = world.source().acquire(lane, priority, 0, patience, caller);
    world.settle();
    return caller;
  }

  private static Caller ask(World world) {
    return ask(world, LANE, Priority.NORMAL, LONG);
  }

  private static boolean done(World world, Future<Boolean> answer) {
    world.settle();
    return answer.result();
  }

  @Test
  void a_claim_is_answered_at_once_or_its_waiter_is_told_once() {
    World world = world(new Budget.Limits(1, 0, 0), 1);

    Caller first = ask(world);
    Caller second = ask(world);
    Caller third = ask(world);
    first.claim.release(DONE);
    world.settle();

    for (Caller each : List.of(first, second, third)) {
      assertThat(each.told).isEqualTo(each.claim.queued() ? 1 : 0);
      assertThat(each.answered() || each == first).isTrue();
    }
    assertThat(second.claim.held()).isTrue();
    assertThat(reason(third)).isEqualTo(Refused.Reason.FULL);
  }

  @Test
  void higher_priorities_are_served_first() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    Caller holder = ask(world);
    Caller low = ask(world, LANE, Priority.LOW, LONG);
    Caller urgent = ask(world, OTHER, Priority.URGENT, LONG);

    holder.claim.release(DONE);
    world.settle();

    assertThat(urgent.claim.held()).isTrue();
    assertThat(low.answered()).isFalse();
  }

  @Test
  void a_wait_ends_with_its_patience() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    ask(world);
    Caller hasty = ask(world, LANE, Priority.NORMAL, Duration.ofSeconds(1));
    Caller late = ask(world, LANE, Priority.NORMAL, Duration.ZERO);

    world.advance(Duration.ofSeconds(2));

    assertThat(reason(hasty)).isEqualTo(Refused.Reason.LATE);
    assertThat(reason(late)).isEqualTo(Refused.Reason.LATE);
  }

  @Test
  void releasing_twice_is_harmless() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    Caller first = ask(world);
    LeaseId lease = first.claim.lease();
    Caller second = ask(world);

    first.claim.release(DONE);
    world.settle();
    first.claim.release(DONE);
    first.claim.withdraw();
    world.settle();

    assertThat(done(world, world.source().release(lease, DONE))).isFalse();
    assertThat(second.claim.held()).isTrue();
    assertThat(world.source().stats().inUse()).isEqualTo(1);
  }

  @Test
  void a_lease_is_released_by_its_id_from_anywhere() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    String travels = ask(world).claim.lease().text();
    Caller second = ask(world);

    boolean held = done(world, world.source().release(LeaseId.parse(travels), DONE));

    assertThat(held).isTrue();
    assertThat(second.claim.held()).isTrue();
  }

  @Test
  void an_id_of_another_incarnation_releases_nothing() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    LeaseId lease = ask(world).claim.lease();
    LeaseId foreign = new LeaseId(lease.source() + "0", lease.number());

    assertThat(done(world, world.source().release(foreign, DONE))).isFalse();
    assertThat(done(world, world.source().extend(foreign))).isFalse();
    assertThat(world.source().stats().inUse()).isEqualTo(1);
  }

  @Test
  void a_lease_that_runs_out_comes_back_and_can_be_extended_until_then() {
    World world = world(new Budget.Limits(2, 0, 0), 10);
    LeaseId kept = ask(world).claim.lease();
    LeaseId lost = ask(world).claim.lease();
    Caller waiting = ask(world);
    world.advance(TTL.minusSeconds(1));

    boolean extended = done(world, world.source().extend(kept));
    world.advance(Duration.ofSeconds(1));

    assertThat(extended).isTrue();
    assertThat(waiting.claim.held()).isTrue();
    assertThat(done(world, world.source().extend(lost))).isFalse();
    assertThat(done(world, world.source().release(lost, DONE))).isFalse();
    assertThat(done(world, world.source().release(kept, DONE))).isTrue();
    assertThat(world.source().stats().counts().ranOut()).isEqualTo(1);
  }

  @Test
  void a_withdrawn_claim_leaves_the_queue_and_gives_back_what_it_had() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    Caller holder = ask(world);
    Caller leaving = ask(world);
    Caller next = ask(world);

    leaving.claim.withdraw();
    world.settle();
    holder.claim.withdraw();
    world.settle();

    assertThat(leaving.told).isZero();
    assertThat(next.claim.held()).isTrue();
  }

  @Test
  void a_lower_limit_revokes_nothing_and_grants_nothing_above_it() {
    World world = world(new Budget.Limits(3, 0, 0), 10);
    List<Caller> holders = List.of(ask(world), ask(world), ask(world));
    Caller waiting = ask(world);

    FireAndForget.logged(world.source().limit(new Budget.Limits(1, 0, 0)), "change a limit");
    world.settle();
    holders.get(0).claim.release(DONE);
    holders.get(1).claim.release(DONE);
    world.settle();

    assertThat(holders.get(2).claim.held()).isTrue();
    assertThat(waiting.answered()).isFalse();
    holders.get(2).claim.release(DONE);
    world.settle();
    assertThat(waiting.claim.held()).isTrue();
    assertThat(world.source().stats().shared().parallelMax()).isEqualTo(1);
  }

  @Test
  void a_higher_limit_lets_waiters_through() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    ask(world);
    List<Caller> waiting = List.of(ask(world), ask(world), ask(world));

    FireAndForget.logged(world.source().limit(new Budget.Limits(3, 0, 0)), "change a limit");
    world.settle();

    assertThat(waiting).filteredOn(caller -> caller.claim.held()).hasSize(2);
    assertThat(waiting.getLast().answered()).isFalse();
  }

  @Test
  void a_lane_can_be_limited_while_it_works() {
    World world = world(new Budget.Limits(0, 0, 0), 10);
    ask(world);

    FireAndForget.logged(world.source().limit(LANE, new Budget.Limits(1, 0, 0)), "change a limit");
    world.settle();
    Caller same = ask(world);
    Caller other = ask(world, OTHER, Priority.NORMAL, LONG);

    assertThat(same.answered()).isFalse();
    assertThat(other.claim.held()).isTrue();
  }

  @Test
  void tokens_are_counted_once_a_limit_counts_them() {
    World world = world(new Budget.Limits(0, 0, 0), 10);
    boolean before = world.source().countsTokens();

    FireAndForget.logged(world.source().limit(new Budget.Limits(0, 0, 100)), "change a limit");
    world.settle();

    assertThat(before).isFalse();
    assertThat(world.source().countsTokens()).isTrue();
  }

  @Test
  void reported_failures_open_the_breaker_and_a_refusal_says_how_long() {
    Breaker.Rules breaker = new Breaker.Rules(2, 1, Duration.ofSeconds(60), 1);
    World world =
        world(
            new Budget.Limits(0, 0, 0),
            10,
            new Lane.Rules(Budget.Limits.NONE, breaker, Lane.OnOpen.REFUSE, true));
    ask(world).claim.release(new Ending(Outcome.FAILED, 0, 0));
    LeaseId fromElsewhere = ask(world).claim.lease();
    done(world, world.source().release(fromElsewhere, new Ending(Outcome.FAILED, 0, 0)));
    world.advance(Duration.ofSeconds(20));

    Refused refused = Objects.requireNonNull(ask(world).claim.refused());

    assertThat(refused.reason()).isEqualTo(Refused.Reason.OPEN);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(40));
    assertThat(ask(world, OTHER, Priority.NORMAL, LONG).claim.held()).isTrue();
  }

  @Test
  void a_probe_that_is_given_up_makes_room_for_another_one() {
    Breaker.Rules breaker = new Breaker.Rules(1, 1, Duration.ofSeconds(60), 1);
    World world =
        world(
            new Budget.Limits(0, 0, 0),
            10,
            new Lane.Rules(Budget.Limits.NONE, breaker, Lane.OnOpen.WAIT, true));
    ask(world).claim.release(new Ending(Outcome.FAILED, 0, 0));
    world.advance(Duration.ofSeconds(60));
    Caller probe = ask(world);
    Caller next = ask(world);
    boolean alone = probe.claim.held() && !next.answered();

    probe.claim.release(new Ending(Outcome.UNKNOWN, 0, 0));
    world.settle();

    assertThat(alone).isTrue();
    assertThat(next.claim.held()).isTrue();
  }

  @Test
  void a_reported_pause_holds_its_lane() {
    World world = world(new Budget.Limits(0, 0, 0), 10);
    ask(world).claim.release(new Ending(Outcome.UNKNOWN, 0, Duration.ofSeconds(30).toNanos()));
    Caller paused = ask(world);
    Caller other = ask(world, OTHER, Priority.NORMAL, LONG);
    boolean before = paused.answered();

    world.advance(Duration.ofSeconds(30));

    assertThat(before).isFalse();
    assertThat(other.claim.held()).isTrue();
    assertThat(paused.claim.held()).isTrue();
  }

  @Test
  void a_waiter_can_ask_for_its_place() {
    World world = world(new Budget.Limits(1, 0, 0), 10);
    Caller holder = ask(world);
    ask(world);
    Caller second = ask(world);

    Future<Optional<WaitingPlace>> place = second.claim.place();
    Future<Optional<WaitingPlace>> none = holder.claim.place();
    world.settle();

    assertThat(place.result().orElseThrow().position()).isEqualTo(2);
    assertThat(none.result()).isEmpty();
  }

  private static Refused.Reason reason(Caller caller) {
    return Objects.requireNonNull(caller.claim.refused()).reason();
  }

  /// A long random history of all that calls and their owners may do.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void limits_hold_no_answer_is_lost_and_all_permits_come_back(long seed) {
    Random random = new Random(seed);
    Simulation simulation = new Simulation(random, world(Simulation.limits(random), 8));

    for (int step = 0; step < 1_500; step++) {
      simulation.step("seed " + seed + ", step " + step);
    }

    simulation.end("seed " + seed);
  }

  private static final class Simulation {
    private final Random random;
    private final World world;
    private final List<Caller> all = new ArrayList<>();
    private final List<Caller> open = new ArrayList<>();
    private final List<Caller> holders = new ArrayList<>();
    private final List<Duration> granted = new ArrayList<>();
    private Budget.Limits limits;
    private Duration now = Duration.ZERO;

    Simulation(Random random, World world) {
      this.random = random;
      this.world = world;
      this.limits = world.source().stats().shared();
    }

    static Budget.Limits limits(Random random) {
      return new Budget.Limits(random.nextInt(1, 6), random.nextInt(5, 60), 0);
    }

    void step(String at) {
      switch (random.nextInt(11)) {
        case 0, 1, 2, 3 -> {
          String lane = random.nextBoolean() ? LANE : OTHER;
          Priority priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
          Caller caller =
              ask(world, lane, priority, Duration.ofSeconds(random.nextInt(90)).minusMillis(500));
          all.add(caller);
          open.add(caller);
        }
        case 4, 5, 6 -> release(at);
        case 7 -> withdraw();
        case 8 -> extend(at);
        case 9 -> {
          limits = limits(random);
          FireAndForget.logged(world.source().limit(limits), "change a limit");
        }
        default -> {
          // In short steps, so that it is known when each permit was granted.
          for (int halves = random.nextInt(40); halves > 0; halves--) {
            now = now.plusMillis(500);
            world.advance(Duration.ofMillis(500));
            check(at);
          }
        }
      }
      world.settle();
      check(at);
    }

    private void release(String at) {
      if (holders.isEmpty()) {
        return;
      }
      Caller holder = holders.remove(random.nextInt(holders.size()));
      LeaseId lease = holder.claim.lease();
      if (random.nextBoolean()) {
        holder.claim.release(DONE);
        world.settle();
      } else {
        assertThat(done(world, world.source().release(LeaseId.parse(lease.text()), DONE)))
            .as(at)
            .isTrue();
      }
      assertThat(done(world, world.source().release(lease, DONE))).as(at).isFalse();
    }

    private void withdraw() {
      if (open.isEmpty()) {
        return;
      }
      Caller leaving = open.remove(random.nextInt(open.size()));
      leaving.withdrawn = true;
      leaving.claim.withdraw();
    }

    private void extend(String at) {
      if (!holders.isEmpty()) {
        Caller holder = holders.get(random.nextInt(holders.size()));
        assertThat(done(world, world.source().extend(holder.claim.lease()))).as(at).isTrue();
        holder.since = now;
      }
    }

    /// Takes note of what was answered, and looks whether it might have been.
    private void check(String at) {
      holders.removeIf(holder -> holder.since.plus(TTL).compareTo(now) <= 0);
      int before = holders.size();
      for (Caller caller : List.copyOf(open)) {
        if (caller.claim.held()) {
          holders.add(caller);
          granted.add(now);
          caller.since = now;
        }
        if (caller.answered()) {
          open.remove(caller);
        }
      }
      if (holders.size() > before) {
        assertThat(holders.size()).as(at).isLessThanOrEqualTo(limits.parallelMax());
        Duration minuteAgo = now.minusSeconds(60);
        assertThat(granted.stream().filter(moment -> moment.compareTo(minuteAgo) > 0))
            .as(at)
            .hasSizeLessThanOrEqualTo((int) limits.requestsPerMinute());
      }
      assertThat(world.source().stats().inUse()).as(at).isEqualTo(holders.size());
      assertThat(world.source().stats().waiting()).as(at).isEqualTo(open.size());
      for (Caller caller : all) {
        boolean due = caller.claim.queued() && !caller.withdrawn && !open.contains(caller);
        assertThat(caller.told).as(at).isEqualTo(due ? 1 : 0);
      }
    }

    /// Limits are wide again and time goes on: every waiter is answered, every lease comes back.
    void end(String at) {
      limits = Budget.Limits.NONE;
      FireAndForget.logged(world.source().limit(limits), "change a limit");
      world.settle();
      now = now.plus(Duration.ofMinutes(3));
      world.advance(Duration.ofMinutes(3));
      assertThat(world.source().stats().waiting()).as(at).isZero();
      world.advance(TTL);
      assertThat(world.source().stats().inUse()).as(at).isZero();
      for (Caller caller : all) {
        assertThat(caller.told).as(at).isLessThanOrEqualTo(1);
        assertThat(caller.claim.held()).as(at).isFalse();
      }
    }
  }
}
