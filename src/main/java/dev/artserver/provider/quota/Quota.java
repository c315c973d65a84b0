package dev.artserver.provider.quota;

import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `Permits` that any event loop may use: a lock around a few steps that never wait. A permit that
/// is free costs no message and no timer (docs/decisions/0021). Whoever waited is told after the
/// lock is left, on the thread that let them in or refused them.
public final class Quota {
  private final String name;
  private final Permits permits;
  private final LongSupplier nanos;

  /// The moment the alarm was last asked for and has not rung; guarded by `permits`.
  private long alarmAt = Permits.NEVER;

  private volatile LongConsumer alarm = moment -> {};

  /// @param name whose it is
  /// @param nanos nanoseconds from some fixed moment, never going back; from any thread
  public Quota(String name, Permits permits, LongSupplier nanos) {
    this.name = name;
    this.permits = permits;
    this.nanos = nanos;
  }

  /// @param setter asked to call `tick` at a moment of `nanos` or soon after; an earlier moment
  ///   replaces a later one. From any thread
  void alarm(LongConsumer setter) {
    alarm = setter;
  }

  public Lane lane(Lane.Rules rules) {
    synchronized (permits) {
      return permits.lane(rules, nanos.getAsLong());
    }
  }

  /// Takes a lane away if it rests; gives whether it did.
  public boolean forget(Lane lane) {
    synchronized (permits) {
      boolean rests = lane.rests(nanos.getAsLong());
      if (rests) {
        permits.forget(lane);
      }
      return rests;
    }
  }

  /// See `Permits.ask`. The wish may be settled when this returns; otherwise its waiter hears.
  public PermitRequest ask(
      Lane lane, int level, long tokens, long patience, PermitRequest.Waiter waiter) {
    PermitRequest wish;
    List<PermitRequest> settled;
    long next;
    synchronized (permits) {
      wish = permits.ask(lane, level, tokens, patience, waiter, nanos.getAsLong());
      settled = permits.takeSettled();
      next = nextAlarm();
    }
    after(settled, next);
    return wish;
  }

  /// See `Permits.release`.
  public boolean release(PermitRequest wish, Ending ending) {
    boolean held;
    List<PermitRequest> settled;
    long next;
    synchronized (permits) {
      held = permits.release(wish, ending, nanos.getAsLong());
      settled = permits.takeSettled();
      next = nextAlarm();
    }
    after(settled, next);
    return held;
  }

  /// See `Permits.withdraw`. The waiter may yet hear of what was settled before.
  public void withdraw(PermitRequest wish) {
    change(now -> permits.withdraw(wish, now));
  }

  void close() {
    change(now -> permits.close());
  }

  /// The alarm rang.
  void tick() {
    change(now -> {
      alarmAt = Permits.NEVER;
      permits.tick(now);
    });
  }

  String name() {
    return name;
  }

  /// Reads several numbers of one moment.
  public <T extends @Nullable Object> T read(Supplier<T> reading) {
    synchronized (permits) {
      return reading.get();
    }
  }

  public Permits permits() {
    return permits;
  }

  public long now() {
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

  private void after(List<PermitRequest> settled, long next) {
    if (next != Permits.NEVER) {
      alarm.accept(next);
    }
    for (PermitRequest wish : settled) {
      wish.waiter().onSettled(wish);
    }
  }
}
