package dev.artserver.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Sessions that were given up while PostgreSQL may still have carried out what they sent. An
/// append that creates a thread is the reason for this: until it is committed nothing shows it, and
/// no epoch can fence it. So before a thread is activated, every such session is ended by the
/// server.
///
/// Used on one event loop. There are never more of them than connections that write, since a new
/// connection ends them first.
final class Doubts {
  /// How long the server may take to end a session.
  private static final long END_MILLIS = 2_000;

  private static final String END =
      """
      SELECT pg_terminate_backend(a.pid, $3) FROM unnest($1::int4[], $2::int8[]) d (pid, started)
      JOIN pg_stat_activity a ON a.pid = d.pid
        AND (extract(epoch FROM a.backend_start) * 1000000)::int8 = d.started\
      """;

  private final Set<Backend> open = new LinkedHashSet<>();

  /// A session as the server knows it.
  ///
  /// @param startedMicros tells it from a later one of the same process id
  record Backend(int pid, long startedMicros) {}

  void add(Backend backend) {
    open.add(backend);
  }

  /// Ends them all; fails with `Unreached` when that cannot be done.
  Future<Void> settle(Session session) {
    if (open.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Backend> asked = List.copyOf(open);
    Tuple values =
        Tuple.of(
            asked.stream().map(Backend::pid).toArray(Integer[]::new),
            asked.stream().map(Backend::startedMicros).toArray(Long[]::new),
            END_MILLIS);
    return session
        .query(END, values)
        .map(rows -> {
          for (Row row : rows) {
            if (!row.getBoolean(0)) {
              throw new Unreached("an earlier write has not ended", null);
            }
          }
          asked.forEach(open::remove);
          return null;
        });
  }
}
