package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Activation;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.Owner;
import dev.artserver.wire.FactJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Measures how many appends a second the disk can take, from one writer and from many at once.
/// Each append has one message. Not a test: run it by hand with a directory on that disk.
final class AppendMeasurement {
  private static final Duration LENGTH = Duration.ofSeconds(5);
  private static final String TEXT = "some words of an answer ".repeat(12);

  private AppendMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "append-measurement");
    Vertx vertx = Vertx.vertx();
    LongAdder nanos = new LongAdder();
    LongAdder writes = new LongAdder();
    FileThreadStore store =
        FileThreadStore.open(
                vertx,
                FileStoreConfig.in(directory),
                System::nanoTime,
                took -> {
                  nanos.add(took);
                  writes.increment();
                })
            .await();
    System.out.printf("encode: %.2f us per fact%n", encodeMicros());
    for (int writers : new int[] {1, 1, 16, 64, 64, 256, 1024}) {
      nanos.reset();
      writes.reset();
      double rate = measure(store, writers);
      System.out.printf(
          "%d writers: %.0f appends/s, %.2f ms each%n",
          writers, rate, nanos.sum() / 1e6 / Math.max(1, writes.sum()));
    }
    store.close().await();
    vertx.close().await();
  }

  private static double measure(FileThreadStore store, int writers) {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      ThreadId id = new ThreadId("m" + writers + "-" + i + "-" + System.nanoTime());
      Owner owner = new Owner(id, store.activate(id).await());
      store.append(owner.append(Owner.created(Map.of("userId", "u" + i)))).await();
      owners.add(owner);
    }
    LongAdder count = new LongAdder();
    long began = System.nanoTime();
    long end = began + LENGTH.toNanos();
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
      FileThreadStore store, Owner owner, long end, LongAdder count, Promise<Void> over) {
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

  private static double encodeMicros() {
    Owner owner =
        new Owner(new ThreadId("e"), new Activation(1, LoadedThread.empty(new ThreadId("e"))));
    owner.append(Owner.created(Map.of()));
    Fact fact = owner.append(Owner.said(TEXT)).facts().getFirst();
    long bytes = 0;
    int rounds = 300_000;
    for (int i = 0; i < rounds; i++) {
      bytes += FactJson.data(fact).length;
    }
    long began = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      bytes += FactJson.data(fact).length;
    }
    double micros = (System.nanoTime() - began) / 1e3 / rounds;
    return bytes > 0 ? micros : 0;
  }
}
