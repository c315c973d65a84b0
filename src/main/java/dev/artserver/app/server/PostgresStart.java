package dev.artserver.app.server;

import dev.artserver.store.ThreadStore;
import dev.artserver.store.postgres.PostgresConfig;
import dev.artserver.store.postgres.PostgresRefused;
import dev.artserver.store.postgres.PostgresThreadStore;
import dev.artserver.store.postgres.SoleServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the store in PostgreSQL, for this server alone or for the instances of a cluster. A server
/// and its database are often started together, and a new server before the old one has ended, so
/// it is tried again for a time.
///
/// @param clustered whether other instances may use it too
/// @param appendNanos gets the time of each append
record PostgresStart(
    Vertx vertx, PostgresConfig config, boolean clustered, LongConsumer appendNanos) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresStart.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// Fails with `PostgresRefused`, at once when trying again is of no use.
  Future<ThreadStore> within(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    return attempt(() -> SoleServer.claim(vertx, config, clustered), deadline, true)
        .compose(claimed -> attempt(this::open, deadline, true));
  }

  private Future<ThreadStore> open() {
    return PostgresThreadStore.open(vertx, config, System::nanoTime, appendNanos)
        .map(opened -> opened);
  }

  private <T> Future<T> attempt(Supplier<Future<T>> work, long deadline, boolean first) {
    return work.get()
        .recover(cause -> {
          long left = deadline - System.nanoTime();
          boolean again =
              cause instanceof PostgresRefused refused
                  && refused.isPassing()
                  && left > PAUSE.toNanos();
          if (!again) {
            return Future.failedFuture(cause);
          }
          if (first) {
            LOG.atWarn()
                .addKeyValue("reason", cause.getMessage())
                .addKeyValue("seconds", Duration.ofNanos(left).toSeconds())
                .log("PostgreSQL cannot be used yet; the server tries again");
          }
          return vertx.timer(PAUSE.toMillis()).compose(over -> attempt(work, deadline, false));
        });
  }
}
