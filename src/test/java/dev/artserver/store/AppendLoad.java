package dev.artserver.store;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Writers that append to a store, each to a thread of its own, one append after the other.
public final class AppendLoad {
  /// What each append says.
  public static final String TEXT = "some words of an answer ".repeat(12);

  private AppendLoad() {}

  /// Gives appends a second.
  public static double rate(ThreadStore store, int writers, Duration length) {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      ThreadId id = new ThreadId("m" + writers + "-" + i + "-" + System.nanoTime());
      Owner owner = new Owner(id, store.activate(id).await());
      store.append(owner.append(Owner.created(Map.of("userId", "u" + i)))).await();
      owners.add(owner);
    }
    LongAdder count = new LongAdder();
    long began = System.nanoTime();
    long end = began + length.toNanos();
    Vertx vertx = Vertx.vertx();
    List<Future<Void>> done = new ArrayList<>();
    for (Owner owner : owners) {
      Promise<Void> over = Promise.promise();
      vertx.getOrCreateContext().runOnContext(_ -> next(store, owner, end, count, over));
      done.add(over.future());
    }
    Future.all(done).await();
    double rate = count.sum() * 1e9 / (System.nanoTime() - began);
    vertx.close().await();
    return rate;
  }

  private static void next(
      ThreadStore store, Owner owner, long end, LongAdder count, Promise<Void> over) {
    if (System.nanoTime() > end) {
      over.complete();
      return;
    }
    store
        .append(owner.append(Owner.said(TEXT)))
        .onSuccess(_ -> {
          count.increment();
          next(store, owner, end, count, over);
        })
        .onFailure(over::fail);
  }
}
