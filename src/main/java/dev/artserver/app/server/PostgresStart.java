package dev.artserver.app.server;

import dev.artserver.store.ThreadStore;
import dev.artserver.store.postgres.PostgresConfig;
import dev.artserver.store.postgres.PostgresRefused;
import dev.artserver.store.postgres.PostgresThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the store in PostgreSQL. A server and its database are often started together, so one that
/// is away is tried again for a time.
///
/// @param appendNanos gets the time of each append
record PostgresStart(Vertx vertx, PostgresConfig config, LongConsumer appendNanos) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresStart.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// Fails with `PostgresRefused`, at once when trying again is of no use.
  Future<ThreadStore> within(Duration limit) {
    return attempt(System.nanoTime() + limit.toNanos(), limit, true);
  }

  private Future<ThreadStore> attempt(long deadline, Duration limit, boolean first) {
    return PostgresThreadStore.open(vertx, config, System::nanoTime, appendNanos)
        .<ThreadStore>map(opened -> opened)
        .recover(cause -> {
          boolean again =
              cause instanceof PostgresRefused refused
                  && refused.isAway()
                  && deadline - System.nanoTime() > PAUSE.toNanos();
          if (!again) {
            return Future.failedFuture(cause);
          }
          if (first) {
            LOG.atWarn()
                .addKeyValue("reason", cause.getMessage())
                .addKeyValue("seconds", limit.toSeconds())
                .log("PostgreSQL is away; the server tries to reach it");
          }
          return vertx.timer(PAUSE.toMillis()).compose(over -> attempt(deadline, limit, false));
        });
  }
}
