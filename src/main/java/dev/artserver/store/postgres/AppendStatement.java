package dev.artserver.store.postgres;

import dev.artserver.model.Fact;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.store.Append;
import dev.artserver.store.OperationRecord;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.StatusText;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// One statement that writes appends of different threads, each wholly or not at all, and gives the
/// places of those it wrote.
///
/// `moved` and `made` change the rows of `threads`, which an append needs to be allowed; all else
/// is written for those only. `IS TRUE` has PostgreSQL look a place up in a hash table of them. No
/// append may be written while another of its thread is under way: the statement would not see the
/// labels of that one.
final class AppendStatement {
  static final String SQL =
      """
      WITH a AS (
        SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::text[],
          $7::text[], $8::bytea[], $9::int8[], $10::int8[], $11::int8[], $12::int4[])
          a (id, epoch, expected, seq, state_version, status, run_id, title, created_at, updated_at,
             due_at, n)
      ), moved AS (
        UPDATE threads t SET seq = a.seq, state_version = a.state_version, status = a.status,
          run_id = a.run_id, title = a.title, updated_at = a.updated_at, due_at = a.due_at
        FROM a
        WHERE a.expected > 0 AND t.id = a.id AND t.epoch = a.epoch AND t.seq = a.expected
        RETURNING a.n
      ), made AS (
        INSERT INTO threads (id, epoch, seq, state_version, status, run_id, title, created_at,
          updated_at, due_at)
        SELECT id, epoch, seq, state_version, status, run_id, title, created_at, updated_at, due_at
        FROM a WHERE a.expected = 0
        ON CONFLICT (id) DO NOTHING RETURNING id
      ), done AS (
        SELECT n FROM moved
        UNION ALL SELECT a.n FROM made JOIN a ON a.id = made.id
      ), f AS (
        INSERT INTO facts (thread_id, seq, at, type, run_id, state_version, schema, body)
        SELECT x.id, x.seq, x.at, x.type, x.run_id, x.state_version, x.schema, x.body
        FROM unnest($13::int4[], $14::text[], $15::int8[], $16::int8[], $17::text[], $18::text[],
          $19::int8[], $20::int4[], $21::bytea[])
          x (n, id, seq, at, type, run_id, state_version, schema, body)
        WHERE (x.n IN (SELECT n FROM done)) IS TRUE
      ), p AS (
        INSERT INTO profiles (thread_id, body)
        SELECT x.id, x.body FROM unnest($22::int4[], $23::text[], $24::bytea[]) x (n, id, body)
        WHERE (x.n IN (SELECT n FROM done)) IS TRUE
        ON CONFLICT (thread_id) DO UPDATE SET body = excluded.body
      ), gone AS (
        DELETE FROM labels l USING unnest($22::int4[], $23::text[]) x (n, id)
        WHERE l.thread_id = x.id AND (x.n IN (SELECT n FROM done)) IS TRUE
          AND NOT EXISTS (SELECT FROM unnest($26::text[], $27::bytea[]) k (id, name)
            WHERE k.id = l.thread_id AND k.name = l.name)
      ), l AS (
        INSERT INTO labels (thread_id, name, value)
        SELECT x.id, x.name, x.value
        FROM unnest($25::int4[], $26::text[], $27::bytea[], $28::bytea[]) x (n, id, name, value)
        WHERE (x.n IN (SELECT n FROM done)) IS TRUE
        ON CONFLICT (thread_id, name) DO UPDATE SET value = excluded.value
      ), o AS (
        INSERT INTO operations (thread_id, id, fingerprint, at, answer)
        SELECT x.thread_id, x.id, x.fingerprint, x.at, x.answer
        FROM unnest($29::int4[], $30::text[], $31::bytea[], $32::text[], $33::int8[], $34::bytea[])
          x (n, thread_id, id, fingerprint, at, answer)
        WHERE (x.n IN (SELECT n FROM done)) IS TRUE
        ON CONFLICT (thread_id, id) DO UPDATE
          SET fingerprint = excluded.fingerprint, at = excluded.at, answer = excluded.answer
      )
      SELECT n FROM done\
      """;

  private AppendStatement() {}

  /// A row of one table, and the place of its append.
  private record Of<T>(int place, String thread, T row) {
    static <T> void addAll(List<Of<T>> all, int place, Append append, Iterable<? extends T> rows) {
      rows.forEach(row -> all.add(new Of<>(place, append.id().value(), row)));
    }
  }

  private record FactRow(Fact fact, Buffer body) {}

  private record Operation(OperationRecord record, Buffer answer) {}

  /// The parameters of the statement.
  static Tuple values(List<AppendRows> group) {
    List<Of<FactRow>> facts = new ArrayList<>();
    List<Of<Buffer>> profiles = new ArrayList<>();
    List<Of<Map.Entry<String, String>>> labels = new ArrayList<>();
    List<Of<Operation>> operations = new ArrayList<>();
    for (int place = 0; place < group.size(); place++) {
      AppendRows rows = group.get(place);
      Append append = rows.append();
      for (int i = 0; i < append.facts().size(); i++) {
        FactRow row = new FactRow(append.facts().get(i), rows.bodies().get(i));
        facts.add(new Of<>(place, append.id().value(), row));
      }
      Buffer profile = rows.profile();
      if (profile != null) {
        profiles.add(new Of<>(place, append.id().value(), profile));
        Of.addAll(labels, place, append, append.head().profile().metadata().entrySet());
      }
      Buffer answer = rows.answer();
      if (answer != null) {
        Operation operation = new Operation(append.operation().orElseThrow(), answer);
        operations.add(new Of<>(place, append.id().value(), operation));
      }
    }
    Tuple values = Tuple.tuple();
    heads(values, group);
    facts(values, facts);
    places(values, profiles);
    bytes(values, profiles, Of::row);
    places(values, labels);
    bytes(values, labels, label -> utf8(label.row().getKey()));
    bytes(values, labels, label -> utf8(label.row().getValue()));
    places(values, operations);
    operations(values, operations);
    return values;
  }

  private static void heads(Tuple values, List<AppendRows> group) {
    List<Append> all = group.stream().map(AppendRows::append).toList();
    texts(values, all, append -> append.id().value());
    numbers(values, all, Append::epoch);
    numbers(values, all, Append::expectedSeq);
    numbers(values, all, append -> append.expectedSeq() + append.facts().size());
    numbers(values, all, append -> append.head().stateVersion());
    texts(values, all, append -> StatusText.of(append.head().status()));
    texts(values, all, append -> text(append.head().runId()));
    bytes(values, all, append -> title(append.head()));
    numbers(values, all, append -> append.head().createdAt().toEpochMilli());
    numbers(values, all, append -> append.head().updatedAt().toEpochMilli());
    numbers(values, all, append -> millis(append.head().dueAt()));
    Integer[] places = new Integer[all.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    values.addArrayOfInteger(places);
  }

  private static void facts(Tuple values, List<Of<FactRow>> all) {
    places(values, all);
    numbers(values, all, one -> one.row().fact().seq());
    numbers(values, all, one -> one.row().fact().at().toEpochMilli());
    texts(values, all, one -> FactJson.type(one.row().fact().event()));
    texts(values, all, one -> text(one.row().fact().event().run()));
    numbers(values, all, one -> one.row().fact().stateVersion());
    values.addArrayOfInteger(array(all, one -> FactJson.schema(one.row().fact()), Integer[]::new));
    bytes(values, all, one -> one.row().body());
  }

  private static void operations(Tuple values, List<Of<Operation>> all) {
    bytes(values, all, one -> utf8(one.row().record().operation().id()));
    texts(values, all, one -> one.row().record().operation().fingerprint());
    numbers(values, all, one -> one.row().record().at().toEpochMilli());
    bytes(values, all, one -> one.row().answer());
  }

  /// The places, and the threads.
  private static <T> void places(Tuple values, List<Of<T>> all) {
    values.addArrayOfInteger(array(all, Of::place, Integer[]::new));
    texts(values, all, Of::thread);
  }

  private static <T> void texts(Tuple values, List<T> all, Function<T, @Nullable String> member) {
    values.addArrayOfString(array(all, member, String[]::new));
  }

  private static <T> void numbers(Tuple values, List<T> all, Function<T, @Nullable Long> member) {
    values.addArrayOfLong(array(all, member, Long[]::new));
  }

  private static <T> void bytes(Tuple values, List<T> all, Function<T, @Nullable Buffer> member) {
    values.addArrayOfBuffer(array(all, member, Buffer[]::new));
  }

  private static <T, M> M[] array(
      List<T> all, Function<T, @Nullable M> member, IntFunction<M[]> making) {
    return all.stream().map(member).toArray(making);
  }

  static @Nullable Buffer title(ThreadHead head) {
    String title = head.title();
    return title == null ? null : utf8(title);
  }

  static Buffer utf8(String text) {
    return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
  }

  static @Nullable String text(@Nullable RunId run) {
    return run == null ? null : run.value();
  }

  static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }
}
