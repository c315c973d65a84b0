package dev.artserver.flow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Permits with their time, as their owner runs them, and what each caller was told: `7 granted`,
/// `8 LATE`. Time stands still until a test moves it.
final class Served {
  final List<String> heard = new ArrayList<>();
  final Permits permits;
  private final List<PermitRequest> requests = new ArrayList<>();
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
    int id = requests.size();
    PermitRequest request = new PermitRequest(lane, level, tokens, patience);
    requests.add(request);
    permits.ask(request, now);
    if (!request.queued()) {
      heard.add(id + outcome(request));
    }
    tell();
    return id;
  }

  PermitRequest request(int id) {
    return requests.get(id);
  }

  @Nullable WaitingPlace place(PermitRequest request) {
    return permits.place(request, now);
  }

  void limit(Budget.Limits limits) {
    permits.limit(limits, now);
    tell();
  }

  void limit(Lane lane, Budget.Limits limits) {
    permits.limit(lane, limits, now);
    tell();
  }

  boolean extend(int id) {
    return permits.extend(requests.get(id).number(), now);
  }

  /// How many asked.
  int asked() {
    return requests.size();
  }

  boolean release(int id, Ending ending) {
    boolean held = permits.release(requests.get(id), ending, now);
    tell();
    return held;
  }

  boolean release(int id) {
    return release(id, new Ending(Breaker.Outcome.SUCCEEDED, requests.get(id).tokens(), 0));
  }

  void withdraw(int id) {
    permits.withdraw(requests.get(id), now);
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
    permits
        .takeSettled()
        .forEach(settled -> heard.add(requests.indexOf(settled) + outcome(settled)));
  }

  private static String outcome(PermitRequest request) {
    return request.refusal() == null ? " granted" : " " + request.refusal();
  }
}
