package dev.artserver.store.postgres;

import dev.artserver.store.AppendLoad;
import io.vertx.core.Vertx;
import java.time.Duration;

/// Measures how many durable appends a second PostgreSQL takes, from one writer and from many at
/// once. Not a test: run it by hand; docs/performance.md says how, and what pgbench is to do beside
/// it.
final class PostgresAppendMeasurement {
  private static final Duration LENGTH = Duration.ofSeconds(5);

  private PostgresAppendMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.of(PostgresAppendMeasurement.class)) {
      PostgresThreadStore store = PostgresThreadStore.open(vertx, database.config()).await();
      for (int writers : new int[] {1, 4, 16, 64, 256, 1024}) {
        AppendLoad.rate(store, writers, LENGTH);
        System.out.printf(
            "%d writers: %.0f appends/s%n", writers, AppendLoad.rate(store, writers, LENGTH));
      }
      store.close().await();
    }
    vertx.close().await();
  }
}
