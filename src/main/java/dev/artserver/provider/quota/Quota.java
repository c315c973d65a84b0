package dev.artserver.provider.quota;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The permit source of this process: `Permits` behind a lock around a few steps that never wait. A
/// permit that is free costs no message and no timer (docs/decisions/0021). Waiters are told after
/// the lock is left, on the thread that granted or refused their claims.
public final class Quota implements PermitSource {
  private static final Logger LOG = LoggerFactory.getLogger(Quota.class);
  private static final Future<Boolean> YES = Future.succeededFuture(true);
  private static final Future<Boolean> NO = Future.succeededFuture(false);

  private final String name;
  private final String id;
  private final Permits permits;
  private final Duration ttl;
  private final LongSupplier nanos;

  /// Guarded by `permits`.
  private final Lanes lanes;

  /// The moment the alarm was last asked for and has not rung; guarded by `permits`.
  private long alarmAt = Permits.NEVER;

  private volatile boolean countsTokens;
  private volatile LongConsumer alarm = moment -> {};

  /// @param name the provider's, for logs
  /// @param incarnation differs between any two quotas of that name
  /// @param onDemand lanes for names that were not opened; null: none
  /// @param nanos nanoseconds from some fixed moment, never going back; from any thread
  public Quota(
      String name,
      long incarnation,
      Permits.Limits limits,
      @Nullable LanesOnDemand onDemand,
      LongSupplier nanos) {
    this.name = name;
    this.id = name + '-' + Long.toHexString(incarnation);
    this.permits = new Permits(limits, nanos.getAsLong());
    this.ttl = limits.lease();
    this.lanes = new Lanes(permits, onDemand);
    this.nanos = nanos;
    this.countsTokens =
        limits.shared().tokensPerMinute() > 0
            || (onDemand != null && onDemand.rules().limits().tokensPerMinute() > 0);
  }

  /// Adds a lane that stays.
  public void open(String lane, Lane.Rules rules) {
    synchronized (permits) {
      lanes.open(lane, rules, nanos.getAsLong());
    }
    countTokens(rules.limits());
  }

  @Override
  public PermitClaim acquire(
      String lane, Priority priority, long tokens, Duration patience, PermitWaiter waiter) {
    long patienceNanos = patience.toNanos();
    LocalClaim claim;
    List<PermitRequest> settled;
    long next;
    synchronized (permits) {
      long now = nanos.getAsLong();
      Lane in = lanes.find(lane, now);
      if (in == null) {
        return new UnlanedClaim(tokens);
      }
      claim = new LocalClaim(this, in, priority.level(), tokens, patienceNanos, waiter);
      permits.ask(claim, now);
      settled = permits.takeSettled();
      next = nextAlarm();
    }
    after(settled, next);
    return claim;
  }

  /// Takes over a permit that another source has granted; see `Permits.adopt`.
  public PermitClaim adopt(String lane, Priority priority, long tokens) {
    Lane in;
    synchronized (permits) {
      in = lanes.opened(lane);
    }
    LocalClaim claim = new LocalClaim(this, in, priority.level(), tokens, 0, told -> {});
    change(now -> permits.adopt(claim, now));
    return claim;
  }

  /// Whether claims may name this lane.
  public boolean hasLane(String lane) {
    synchronized (permits) {
      return lanes.has(lane);
    }
  }

  /// Grants only from one moment of `nanos` until just before another; claims wait meanwhile.
  public void grantOnly(long from, long until) {
    change(now -> permits.grantOnly(from, until, now));
  }

  /// @return whether it was still held
  boolean release(LocalClaim claim, Ending ending) {
    boolean held;
    List<PermitRequest> settled;
    long next;
    synchronized (permits) {
      held = permits.release(claim, ending, nanos.getAsLong());
      settled = permits.takeSettled();
      next = nextAlarm();
    }
    after(settled, next);
    return held;
  }

  @Override
  public Future<Boolean> release(LeaseId lease, Ending ending) {
    boolean[] held = {false};
    if (lease.source().equals(id)) {
      change(now -> held[0] = permits.release(lease.number(), ending, now));
    }
    return held[0] ? YES : NO;
  }

  @Override
  public Future<Boolean> extend(LeaseId lease) {
    boolean[] held = {false};
    if (lease.source().equals(id)) {
      change(now -> held[0] = permits.extend(lease.number(), now));
    }
    return held[0] ? YES : NO;
  }

  @Override
  public Duration ttl() {
    return ttl;
  }

  @Override
  public Future<Void> limit(Budget.Limits limits) {
    change(now -> permits.limit(limits, now));
    countTokens(limits);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> limit(String lane, Budget.Limits limits) {
    change(now -> permits.limit(lanes.opened(lane), limits, now));
    countTokens(limits);
    return Future.succeededFuture();
  }

  /// Once tokens were counted they go on being estimated: nothing is lost by it.
  private void countTokens(Budget.Limits limits) {
    if (limits.tokensPerMinute() > 0) {
      countsTokens = true;
    }
  }

  @Override
  public boolean countsTokens() {
    return countsTokens;
  }

  @Override
  public PermitStats stats() {
    synchronized (permits) {
      long now = nanos.getAsLong();
      Map<String, PermitStats.OfLane> each = new HashMap<>();
      lanes.forEach((lane, of) ->
          each.put(
              lane,
              new PermitStats.OfLane(
                  of.limits(),
                  of.inUse(),
                  of.waiting(),
                  Duration.ofNanos(of.pause(now)),
                  of.breakerState(now),
                  of.opened())));
      return new PermitStats(
          permits.shared(), permits.inUse(), permits.waiting(), permits.counts(), each);
    }
  }

  void withdraw(LocalClaim claim) {
    change(now -> permits.withdraw(claim, now));
  }

  @Nullable WaitingPlace place(LocalClaim claim) {
    synchronized (permits) {
      return permits.place(claim, nanos.getAsLong());
    }
  }

  LeaseId leaseId(LocalClaim claim) {
    return new LeaseId(id, claim.number());
  }

  /// @param setter asked to call `tick` at a moment of `nanos` or soon after; an earlier moment
  ///   replaces a later one. From any thread
  public void alarm(LongConsumer setter) {
    alarm = setter;
  }

  /// The alarm rang.
  public void tick() {
    change(now -> {
      alarmAt = Permits.NEVER;
      permits.tick(now);
    });
  }

  void close() {
    change(now -> permits.close());
  }

  String name() {
    return name;
  }

  long now() {
    return nanos.getAsLong();
  }

  private void change(LongConsumer step) {
    List<PermitRequest> settled;
    long next;
    synchronized (permits) {
      step.accept(nanos.getAsLong());
      settled = permits.takeSettled();
      next = nextAlarm();
    }
    after(settled, next);
  }

  /// The moment to ask the alarm for, or `NEVER` when it rings early enough already.
  private long nextAlarm() {
    long next = permits.nextTick();
    if (next >= alarmAt) {
      return Permits.NEVER;
    }
    alarmAt = next;
    return next;
  }

  /// A waiter that throws must cost neither the caller its claim nor other waiters their answers.
  private void after(List<PermitRequest> settled, long next) {
    for (PermitRequest each : settled) {
      LocalClaim claim = (LocalClaim) each;
      try {
        claim.waiter().onSettled(claim);
      } catch (RuntimeException e) {
        LOG.atError()
            .addKeyValue("provider", name)
            .setCause(e)
            .log("A waiter for a permit could not be told");
      }
    }
    if (next != Permits.NEVER) {
      alarm.accept(next);
    }
  }
}
