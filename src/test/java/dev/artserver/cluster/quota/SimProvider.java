package dev.artserver.cluster.quota;

import dev.artserver.flow.Breaker;
import dev.artserver.flow.Ending;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitWaiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A provider that counts the calls it really gets, and instances that always want to make some.
final class SimProvider {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimCluster cluster;
  private final int limit;
  private final Duration longest;
  private final List<Call> calls = new ArrayList<>();
  private long countedAt;
  private double used;
  int peak;
  int served;
  int lost;
  int late;

  SimProvider(SimCluster cluster, int limit, Duration longest) {
    this.cluster = cluster;
    this.limit = limit;
    this.longest = longest;
  }

  /// An instance begins to want `waiting` calls at once.
  void demand(SimCluster.Instance instance, int waiting) {
    for (int i = 0; i < waiting; i++) {
      instance.later(0, () -> new Caller(instance).ask());
    }
  }

  /// Calls the provider serves now. A killed instance has none, since its connections are closed.
  /// One that stands still cannot end its calls when their leases do: those are not counted.
  int inUse() {
    calls.removeIf(call -> !call.instance.alive());
    return (int) calls.stream().filter(call -> !call.helpless()).count();
  }

  /// Counts what was used since the last time.
  void count() {
    long now = cluster.now();
    used += (double) inUse() * (now - countedAt);
    countedAt = now;
  }

  /// The part of all permits that was used until the last count.
  double utilisation(long since) {
    return used / ((double) limit * (countedAt - since));
  }

  void countFrom(long now) {
    used = 0;
    countedAt = now;
  }

  private static final class Call {
    private final SimCluster.Instance instance;

    Call(SimCluster.Instance instance) {
      this.instance = instance;
    }

    boolean helpless() {
      return instance.stoodStill() && instance.pastItsLease();
    }
  }

  /// Asks for a permit, calls, and asks again.
  private final class Caller implements PermitWaiter {
    private final SimCluster.Instance instance;
    private @Nullable Call call;

    Caller(SimCluster.Instance instance) {
      this.instance = instance;
    }

    void ask() {
      Priority priority = PRIORITIES.get(cluster.random.nextInt(PRIORITIES.size()));
      PermitClaim claim = instance.source.acquire(SimCluster.PROVIDER, priority, 0, PATIENCE, this);
      if (!claim.queued()) {
        onSettled(claim);
      }
    }

    @Override
    public void onSettled(PermitClaim claim) {
      if (!claim.held()) {
        late++;
        instance.later(Duration.ofMillis(100).toNanos(), this::ask);
        return;
      }
      count();
      Call begun = new Call(instance);
      call = begun;
      calls.add(begun);
      peak = Math.max(peak, inUse());
      long takes = 100_000_000L + cluster.random.nextLong(longest.toNanos());
      instance.later(takes, () -> done(claim, begun));
    }

    private void done(PermitClaim claim, Call ended) {
      if (!ended.equals(call)) {
        return;
      }
      count();
      end(ended);
      served++;
      claim.release(new Ending(Breaker.Outcome.SUCCEEDED, 0, 0));
      ask();
    }

    @Override
    public void onLost(PermitClaim claim) {
      count();
      Call ended = call;
      if (ended != null) {
        end(ended);
        lost++;
      }
      instance.later(0, this::ask);
    }

    private void end(Call ended) {
      call = null;
      calls.remove(ended);
    }
  }
}
