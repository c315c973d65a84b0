package dev.artserver.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.artserver.model.Fact;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// JSON of facts, as stores keep them and clients see them.
///
/// `data` is one compact object per event: camelCase, ids as strings, instants ISO-8601 in UTC with
/// milliseconds, durations as whole `…Ms`, enums in lower case, nulls left out. It holds `runId`
/// when the event belongs to a run, `version` when the event changed the state document, and
/// `caller` when the command of a named caller made it. Instants and durations are cut to whole
/// milliseconds.
public final class FactJson {
  private FactJson() {}

  /// The version a fact is stored with: the least that can express it.
  public static int schema(Fact fact) {
    return EventSchema.of(fact.event());
  }

  /// The name clients know the event by, such as `run.queued`.
  public static String type(ThreadEvent event) {
    return EventType.word(event);
  }

  /// The name clients know events of this class by.
  public static String type(Class<? extends ThreadEvent> event) {
    return EventType.of(event).word();
  }

  /// The kinds of events with this name; empty when there are none.
  public static Set<Class<? extends ThreadEvent>> events(String type) {
    EventType named = EventType.named(type);
    return named == null ? Set.of() : named.kinds();
  }

  /// The name of one kind of event, where `type` may stand for several: `llm.call.started`.
  public static String kind(Class<? extends ThreadEvent> kind) {
    return EventType.kind(kind);
  }

  /// The kind of event with this name; `Unknown` when there is none.
  public static Class<? extends ThreadEvent> kind(String name) {
    return EventType.kind(name);
  }

  /// Writes the fact so that `readStored` gives it again: `{seq, stateVersion, at, type, schema,
  /// data}`.
  public static void writeStored(Fields out, Fact fact) throws IOException {
    out.number("seq", fact.seq());
    out.number("stateVersion", fact.stateVersion());
    out.instant("at", fact.at());
    out.text("type", type(fact.event()));
    out.number("schema", schema(fact));
    out.object("data", fact, EventJson::write);
  }

  /// The fact `writeStored` wrote, perhaps on an instance of another release; as `read` otherwise.
  public static Fact readStored(Members in) {
    return read(
        in.small("schema"),
        in.number("seq"),
        in.number("stateVersion"),
        in.instant("at"),
        in.text("type"),
        new Members(in.object("data")));
  }

  /// The names of all events.
  public static Set<String> types() {
    return EventType.names();
  }

  /// The fact's `data`, in UTF-8.
  public static byte[] data(Fact fact) {
    return Fields.bytes(fact, EventJson::write);
  }

  /// The fact as pages of events show it: `{seq, at, event, runId?, traceId?, data}`, in UTF-8.
  public static byte[] envelope(Fact fact) {
    return Fields.bytes(fact, FactJson::envelope);
  }

  /// Writes the same as a value of `json`.
  public static void writeEnvelope(JsonGenerator json, Fact fact) throws IOException {
    new Fields(json).object(fact, FactJson::envelope);
  }

  /// A generator that can write envelopes; closing it closes `out`.
  public static JsonGenerator generator(OutputStream out) throws IOException {
    return Json.MAPPER.createGenerator(out);
  }

  /// The fact whose `data` was stored with `schemaVersion`. One of an older version is upgraded.
  /// One of a newer version, or with a name that is not known, becomes `Unknown` and keeps its
  /// data, with the caller in it. Members that are not known are ignored. Throws
  /// `IllegalArgumentException` when it is damaged.
  public static Fact read(
      int schemaVersion, long seq, long stateVersion, Instant at, String type, byte[] data) {
    Members members;
    try {
      members = Json.members(data);
    } catch (IllegalArgumentException e) {
      throw unreadable(seq, type, e);
    }
    return read(schemaVersion, seq, stateVersion, at, type, members);
  }

  private static Fact read(
      int schemaVersion, long seq, long stateVersion, Instant at, String type, Members members) {
    try {
      EventType known = EventType.named(type);
      ThreadEvent event =
          known == null || schemaVersion > EventSchema.NEWEST
              ? EventJson.unknown(type, schemaVersion, members)
              : EventJson.read(known, members);
      @Nullable RecordedCaller caller =
          event instanceof ThreadEvent.Unknown ? null : EventJson.caller(members);
      return new Fact(seq, stateVersion, at, event, caller);
    } catch (RuntimeException e) {
      throw unreadable(seq, type, e);
    }
  }

  private static IllegalArgumentException unreadable(long seq, String type, RuntimeException e) {
    return new IllegalArgumentException("fact " + seq + " (" + type + ") cannot be read", e);
  }

  private static void envelope(Fields out, Fact fact) throws IOException {
    RunId run = fact.event().run();
    out.number("seq", fact.seq());
    out.instant("at", fact.at());
    out.text("event", type(fact.event()));
    out.text("runId", run == null ? null : run.value());
    if (fact.event() instanceof ThreadEvent.RunQueued queued) {
      out.text("traceId", queued.request().traceId());
    }
    out.object("data", fact, EventJson::write);
  }
}
