package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Activation;
import dev.artserver.store.AppendLoad;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.Owner;
import dev.artserver.wire.FactJson;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Measures how many appends a second the disk can take, from one writer and from many at once.
/// Each append has one message. Not a test: run it by hand with a directory on that disk.
final class AppendMeasurement {
  private static final Duration LENGTH = Duration.ofSeconds(5);

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
      double rate = AppendLoad.rate(store, writers, LENGTH);
      System.out.printf(
          "%d writers: %.0f appends/s, %.2f ms each%n",
          writers, rate, nanos.sum() / 1e6 / Math.max(1, writes.sum()));
    }
    store.close().await();
    vertx.close().await();
  }

  private static double encodeMicros() {
    Owner owner =
        new Owner(new ThreadId("e"), new Activation(1, LoadedThread.empty(new ThreadId("e"))));
    owner.append(Owner.created(Map.of()));
    Fact fact = owner.append(Owner.said(AppendLoad.TEXT)).facts().getFirst();
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
