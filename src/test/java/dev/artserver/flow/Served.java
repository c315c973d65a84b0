package dev.artserver.flow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Permits with their time, as their owner would run them, and what the askers heard: `7 granted`,
/// `8 LATE`. Time stands still until a test moves it.
final class Served {
  final List<String> heard = new ArrayList<>();
  final Permits permits;
  private final List<PermitRequest> wishes = new ArrayList<>();
  private long now;

  Served(Permits.Limits limits) {
    permits = new Permits(limits, 0);
  }

  Lane lane(Lane.Rules rules) {
    return permits.lane(rules, now);
  }

  long now() {
    return now;
  }

  /// Asks as number 0, 1, 2 …
  int ask(Lane lane, int level, long tokens, long patience) {
    int id = wishes.size();
    PermitRequest wish =
        permits.ask(
            lane, level, tokens, patience, settled -> heard.add(id + outcome(settled)), now);
    wishes.add(wish);
    if (wish.held() || wish.refusal() != null) {
      heard.add(id + outcome(wish));
    }
    tell();
    return id;
  }

  PermitRequest wish(int id) {
    return wishes.get(id);
  }

  @Nullable WaitingPlace place(PermitRequest wish) {
    return permits.place(wish, now);
  }

  /// How many asked.
  int asked() {
    return wishes.size();
  }

  boolean release(int id, Ending ending) {
    boolean held = permits.release(wishes.get(id), ending, now);
    tell();
    return held;
  }

  boolean release(int id) {
    return release(id, new Ending(Breaker.Outcome.SUCCEEDED, wishes.get(id).tokens(), 0));
  }

  void withdraw(int id) {
    permits.withdraw(wishes.get(id), now);
    tell();
  }

  void close() {
    permits.close();
    tell();
  }

  /// Moves time on and calls `tick` at each moment it asks for.
  void advance(long by) {
    long end = now + by;
    for (long next = permits.nextTick(); next <= end; next = permits.nextTick()) {
      now = Math.max(now, next);
      permits.tick(now);
      tell();
    }
    now = end;
  }

  boolean isValid() {
    return permits.isValid(now);
  }

  private void tell() {
    permits.takeSettled().forEach(wish -> wish.waiter().onSettled(wish));
  }

  private static String outcome(PermitRequest wish) {
    return wish.refusal() == null ? " granted" : " " + wish.refusal();
  }
}
