package dev.artserver.wire;

import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadEvent.ModelCallEnded;
import dev.artserver.model.ThreadEvent.ModelCallStarted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names clients know events by. Names never change: logs and clients hold them.
///
/// A new event stops the compiler in `of`; a new constant then stops it in `EventJson.read`.
enum EventType {
  CONFIG_CHANGED("config.changed", ThreadEvent.ConfigChanged.class),
  STATE_CHANGED("state.changed", ThreadEvent.StateChanged.class),
  RUN_QUEUED("run.queued", ThreadEvent.RunQueued.class),
  RUN_STARTED("run.started", ThreadEvent.RunStarted.class),
  RUN_YIELDED("run.yielded", ThreadEvent.RunYielded.class),
  RUN_SUSPENDED("run.suspended", ThreadEvent.RunSuspended.class),
  RUN_RESUMED("run.resumed", ThreadEvent.RunResumed.class),
  RUN_PHASE("run.phase", ThreadEvent.RunPhase.class),
  PLAN_UPDATED("plan.updated", ThreadEvent.PlanUpdated.class),
  ITEM_UPDATED("item.updated", ThreadEvent.ItemUpdated.class),
  LLM_CALL("llm.call", Set.of(ModelCallStarted.class, ModelCallEnded.class)),
  THOUGHTS("thoughts", ThreadEvent.Thoughts.class),
  TOOL_STARTED("tool.started", ThreadEvent.ToolStarted.class),
  TOOL_ENDED("tool.ended", ThreadEvent.ToolEnded.class),
  MESSAGE("message", ThreadEvent.MessageAdded.class),
  RUN_COMPLETED("run.completed", ThreadEvent.RunCompleted.class),
  RUN_FAILED("run.failed", ThreadEvent.RunFailed.class),
  RUN_CANCELLED("run.cancelled", ThreadEvent.RunCancelled.class),
  RUN_INTERRUPTED("run.interrupted", ThreadEvent.RunInterrupted.class);

  private static final Map<String, EventType> BY_NAME = byName();
  private static final Map<Class<? extends ThreadEvent>, EventType> BY_KIND = byKind();

  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<Class<? extends ThreadEvent>> kinds;

  EventType(String word, Class<? extends ThreadEvent> kind) {
    this(word, Set.of(kind));
  }

  EventType(String word, Set<Class<? extends ThreadEvent>> kinds) {
    this.word = word;
    this.kinds = kinds;
  }

  /// The name of an event on the wire.
  static String word(ThreadEvent event) {
    return event instanceof ThreadEvent.Unknown newer ? newer.type() : of(event).word;
  }

  static EventType of(ThreadEvent event) {
    return switch (event) {
      case ThreadEvent.Unknown newer ->
          throw new IllegalArgumentException("'" + newer.type() + "' is of a newer release");
      case ThreadEvent.ConfigChanged _ -> CONFIG_CHANGED;
      case ThreadEvent.StateChanged _ -> STATE_CHANGED;
      case ThreadEvent.RunQueued _ -> RUN_QUEUED;
      case ThreadEvent.RunStarted _ -> RUN_STARTED;
      case ThreadEvent.RunYielded _ -> RUN_YIELDED;
      case ThreadEvent.RunSuspended _ -> RUN_SUSPENDED;
      case ThreadEvent.RunResumed _ -> RUN_RESUMED;
      case ThreadEvent.RunPhase _ -> RUN_PHASE;
      case ThreadEvent.PlanUpdated _ -> PLAN_UPDATED;
      case ThreadEvent.ItemUpdated _ -> ITEM_UPDATED;
      case ModelCallStarted _, ModelCallEnded _ -> LLM_CALL;
      case ThreadEvent.Thoughts _ -> THOUGHTS;
      case ThreadEvent.ToolStarted _ -> TOOL_STARTED;
      case ThreadEvent.ToolEnded _ -> TOOL_ENDED;
      case ThreadEvent.MessageAdded _ -> MESSAGE;
      case ThreadEvent.RunCompleted _ -> RUN_COMPLETED;
      case ThreadEvent.RunFailed _ -> RUN_FAILED;
      case ThreadEvent.RunCancelled _ -> RUN_CANCELLED;
      case ThreadEvent.RunInterrupted _ -> RUN_INTERRUPTED;
    };
  }

  static EventType of(Class<? extends ThreadEvent> kind) {
    EventType type = BY_KIND.get(kind);
    if (type == null) {
      throw new IllegalArgumentException(kind + " is not a kind of event");
    }
    return type;
  }

  private static final String STARTED = ".started";
  private static final String UNKNOWN = "unknown";

  /// The name of one kind of event. `llm.call` names two kinds; the start gets a suffix.
  static String kind(Class<? extends ThreadEvent> kind) {
    if (kind == ThreadEvent.Unknown.class) {
      return UNKNOWN;
    }
    return of(kind).word + (kind == ModelCallStarted.class ? STARTED : "");
  }

  /// The kind with this name; `Unknown` when there is none.
  static Class<? extends ThreadEvent> kind(String name) {
    if (name.equals(LLM_CALL.word)) {
      return ModelCallEnded.class;
    }
    if (name.equals(LLM_CALL.word + STARTED)) {
      return ModelCallStarted.class;
    }
    EventType type = BY_NAME.get(name);
    return type == null ? ThreadEvent.Unknown.class : type.kinds.iterator().next();
  }

  /// The type with this name; null when there is none.
  static @Nullable EventType named(String name) {
    return BY_NAME.get(name);
  }

  static Set<String> names() {
    return BY_NAME.keySet();
  }

  /// The name on the wire.
  String word() {
    return word;
  }

  /// The kinds of events this name stands for.
  Set<Class<? extends ThreadEvent>> kinds() {
    return kinds;
  }

  private static Map<String, EventType> byName() {
    Map<String, EventType> types = new LinkedHashMap<>();
    for (EventType type : values()) {
      types.put(type.word, type);
    }
    return types;
  }

  private static Map<Class<? extends ThreadEvent>, EventType> byKind() {
    Map<Class<? extends ThreadEvent>, EventType> types = new HashMap<>();
    for (EventType type : values()) {
      type.kinds.forEach(kind -> types.put(kind, type));
    }
    Set<Class<? extends ThreadEvent>> known = new HashSet<>(ThreadEvent.kinds(ThreadEvent.class));
    known.remove(ThreadEvent.Unknown.class);
    if (!types.keySet().equals(known)) {
      throw new IllegalStateException("not every kind of event has one name: " + types);
    }
    return types;
  }
}
