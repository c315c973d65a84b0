package dev.artserver.flow;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Lane.OnOpen;
import dev.artserver.flow.Permits.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What permits must do, written with lists that are searched from the front and time that passes
/// in half seconds. A lane's breaker is the real one, which has tests of its own.
final class PermitsModel {
  private static final long SECOND = 1_000_000_000L;

  record Waiting(int id, int lane, long turn, long tokens, long lateAt) {}

  record Held(int id, int lane, long tokens, long since, long until, long era) {}

  /// `lane` is -1 for what counts against the shared limits.
  private record Used(int lane, long at, long tokens) {}

  /// One call begun.
  private record Begun(int lane, long at) {}

  private static final class ModelLane {
    final Lane.Rules rules;
    final @Nullable Breaker breaker;
    Budget.Limits limits;
    long pausedUntil;

    ModelLane(Lane.Rules rules) {
      this.rules = rules;
      this.limits = rules.limits();
      this.breaker = rules.breaker() == null ? null : new Breaker(rules.breaker());
    }
  }

  final List<String> heard = new ArrayList<>();
  final List<Waiting> line = new ArrayList<>();
  final List<Held> held = new ArrayList<>();
  private Budget.Limits shared;
  private final int waitingMax;
  private final OnFull onFull;
  private final long ageing;
  private final long lease;
  private final List<ModelLane> lanes = new ArrayList<>();
  private final List<Begun> begun = new ArrayList<>();
  private final List<Used> used = new ArrayList<>();
  private int lastId = -1;
  private long now;

  PermitsModel(Permits.Limits limits) {
    this.shared = limits.shared();
    this.waitingMax = limits.waiting();
    this.onFull = limits.onFull();
    this.ageing = limits.ageing().toNanos();
    this.lease = limits.lease().toNanos();
  }

  void lane(Lane.Rules rules) {
    lanes.add(new ModelLane(rules));
  }

  void limit(Budget.Limits limits) {
    shared = limits;
    serve();
  }

  void limit(int lane, Budget.Limits limits) {
    lanes.get(lane).limits = limits;
    serve();
  }

  /// An extended lease runs out after all others.
  void extend(int id) {
    Held one = held.stream().filter(any -> any.id() == id).findFirst().orElseThrow();
    held.remove(one);
    held.add(new Held(id, one.lane(), one.tokens(), one.since(), now + lease, one.era()));
  }

  void ask(int lane, int level, long tokens, long patience) {
    Waiting wish = new Waiting(++lastId, lane, now - level * ageing, tokens, now + patience);
    if (patience <= 0) {
      heard.add(wish.id() + " " + Refusal.LATE);
    } else if (refuses(lanes.get(lane))) {
      heard.add(wish.id() + " " + Refusal.OPEN);
    } else {
      line.add(wish);
      serve();
      if (line.contains(wish) && !lanes.get(lane).rules.mayWait()) {
        line.remove(wish);
        heard.add(wish.id() + " " + Refusal.BUSY);
      } else if (line.contains(wish) && line.size() > waitingMax) {
        Waiting leaves = onFull == OnFull.SHARE ? lastOfLongest(wish) : wish;
        line.remove(leaves);
        heard.add(leaves.id() + " " + Refusal.FULL);
      }
    }
  }

  private Waiting lastOfLongest(Waiting newcomer) {
    int longest = newcomer.lane();
    for (int lane = 0; lane < lanes.size(); lane++) {
      longest = inLane(lane).size() > inLane(longest).size() ? lane : longest;
    }
    return longest == newcomer.lane()
        ? newcomer
        : inLane(longest).stream()
            .max(Comparator.comparingLong(Waiting::turn).thenComparingInt(Waiting::id))
            .orElseThrow();
  }

  private List<Waiting> inLane(int lane) {
    return line.stream().filter(one -> one.lane() == lane).toList();
  }

  void release(int id, Ending ending) {
    Held one = held.stream().filter(any -> any.id() == id).findFirst().orElseThrow();
    end(one, ending);
    serve();
  }

  void withdraw(int id) {
    line.removeIf(one -> one.id() == id);
    serve();
  }

  void advance(long by) {
    now += by;
    for (Held old : held.stream().filter(one -> one.until() <= now).toList()) {
      end(old, new Ending(Outcome.UNKNOWN, old.tokens(), 0));
    }
    serve();
  }

  private void end(Held one, Ending ending) {
    held.remove(one);
    ModelLane lane = lanes.get(one.lane());
    if (lane.breaker != null) {
      lane.breaker.end(one.era(), ending.outcome(), now);
    }
    lane.pausedUntil = Math.max(lane.pausedUntil, now + ending.pauseNanos());
    long change = ending.tokens() - one.tokens();
    long at = change > 0 ? now : one.since();
    used.add(new Used(-1, at, change));
    used.add(new Used(one.lane(), at, change));
  }

  private void serve() {
    for (Waiting late : line.stream().filter(one -> one.lateAt() <= now).toList()) {
      line.remove(late);
      heard.add(late.id() + " " + Refusal.LATE);
    }
    for (Optional<Waiting> next = next(); next.isPresent(); next = next()) {
      Waiting one = next.get();
      if (!fits(shared, -1, one.tokens())) {
        return;
      }
      line.remove(one);
      grant(one);
    }
  }

  private void refuseAll(int lane) {
    for (Waiting one : inTurn(lane)) {
      line.remove(one);
      heard.add(one.id() + " " + Refusal.OPEN);
    }
  }

  /// The first by turn among the first of each lane that has room.
  private Optional<Waiting> next() {
    for (ModelLane lane : lanes) {
      if (refuses(lane)) {
        refuseAll(lanes.indexOf(lane));
      }
    }
    List<Waiting> heads = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      int lane = i;
      inTurn(i).stream()
          .findFirst()
          .filter(head -> hasRoom(lanes.get(lane), lane, head.tokens()))
          .ifPresent(heads::add);
    }
    return heads.stream().min(byTurn());
  }

  private List<Waiting> inTurn(int lane) {
    return line.stream().filter(one -> one.lane() == lane).sorted(byTurn()).toList();
  }

  private static Comparator<Waiting> byTurn() {
    return Comparator.comparingLong(Waiting::turn).thenComparingInt(Waiting::id);
  }

  private void grant(Waiting one) {
    ModelLane lane = lanes.get(one.lane());
    long era = lane.breaker == null ? 0 : lane.breaker.begin(now);
    held.add(new Held(one.id(), one.lane(), one.tokens(), now, now + lease, era));
    begun.add(new Begun(one.lane(), now));
    used.add(new Used(-1, now, one.tokens()));
    used.add(new Used(one.lane(), now, one.tokens()));
    heard.add(one.id() + " granted");
  }

  private boolean refuses(ModelLane lane) {
    return lane.rules.onOpen() == OnOpen.REFUSE && !breakerLets(lane);
  }

  private boolean breakerLets(ModelLane lane) {
    return lane.breaker == null || lane.breaker.waitFor(now) == 0;
  }

  private boolean hasRoom(ModelLane lane, int number, long tokens) {
    return breakerLets(lane) && lane.pausedUntil <= now && fits(lane.limits, number, tokens);
  }

  private boolean fits(Budget.Limits limits, int lane, long tokens) {
    long inUse = held.stream().filter(one -> lane < 0 || one.lane() == lane).count();
    long requests =
        begun.stream()
            .filter(one -> (lane < 0 || one.lane() == lane) && inWindow(one.at()))
            .count();
    long sum = tokensInWindow(lane);
    return (limits.parallelMax() == 0 || inUse < limits.parallelMax())
        && (limits.requestsPerMinute() == 0 || requests < limits.requestsPerMinute())
        && (limits.tokensPerMinute() == 0 || sum == 0 || sum + tokens <= limits.tokensPerMinute());
  }

  private long tokensInWindow(int lane) {
    return used.stream()
        .filter(one -> one.lane() == lane && inWindow(one.at()))
        .mapToLong(Used::tokens)
        .sum();
  }

  /// Within this second or the sixty before it.
  private boolean inWindow(long at) {
    return Math.floorDiv(now, SECOND) - Math.floorDiv(at, SECOND) <= 60;
  }
}
