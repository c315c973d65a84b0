package dev.artserver.wire;

import dev.artserver.model.ThreadEvent;
import java.util.Map;
import java.util.Set;

/// The names clients know events by. A name, once given, stays: logs and clients hold it.
final class EventTypes {
  private static final Map<String, Set<Class<? extends ThreadEvent>>> CLASSES =
      Map.ofEntries(
          Map.entry("config.changed", Set.of(ThreadEvent.ConfigChanged.class)),
          Map.entry("state.changed", Set.of(ThreadEvent.StateChanged.class)),
          Map.entry("run.queued", Set.of(ThreadEvent.RunQueued.class)),
          Map.entry("run.started", Set.of(ThreadEvent.RunStarted.class)),
          Map.entry("run.yielded", Set.of(ThreadEvent.RunYielded.class)),
          Map.entry("run.phase", Set.of(ThreadEvent.RunPhase.class)),
          Map.entry("plan.updated", Set.of(ThreadEvent.PlanUpdated.class)),
          Map.entry("item.updated", Set.of(ThreadEvent.ItemUpdated.class)),
          Map.entry(
              "llm.call",
              Set.of(ThreadEvent.ModelCallStarted.class, ThreadEvent.ModelCallEnded.class)),
          Map.entry("thoughts", Set.of(ThreadEvent.Thoughts.class)),
          Map.entry("tool.started", Set.of(ThreadEvent.ToolStarted.class)),
          Map.entry("tool.ended", Set.of(ThreadEvent.ToolEnded.class)),
          Map.entry("message", Set.of(ThreadEvent.MessageAdded.class)),
          Map.entry("run.completed", Set.of(ThreadEvent.RunCompleted.class)),
          Map.entry("run.failed", Set.of(ThreadEvent.RunFailed.class)),
          Map.entry("run.cancelled", Set.of(ThreadEvent.RunCancelled.class)),
          Map.entry("run.interrupted", Set.of(ThreadEvent.RunInterrupted.class)));

  private EventTypes() {}

  static String of(ThreadEvent event) {
    return switch (event) {
      case ThreadEvent.ConfigChanged _ -> "config.changed";
      case ThreadEvent.StateChanged _ -> "state.changed";
      case ThreadEvent.RunQueued _ -> "run.queued";
      case ThreadEvent.RunStarted _ -> "run.started";
      case ThreadEvent.RunYielded _ -> "run.yielded";
      case ThreadEvent.RunPhase _ -> "run.phase";
      case ThreadEvent.PlanUpdated _ -> "plan.updated";
      case ThreadEvent.ItemUpdated _ -> "item.updated";
      case ThreadEvent.ModelCallStarted _, ThreadEvent.ModelCallEnded _ -> "llm.call";
      case ThreadEvent.Thoughts _ -> "thoughts";
      case ThreadEvent.ToolStarted _ -> "tool.started";
      case ThreadEvent.ToolEnded _ -> "tool.ended";
      case ThreadEvent.MessageAdded _ -> "message";
      case ThreadEvent.RunCompleted _ -> "run.completed";
      case ThreadEvent.RunFailed _ -> "run.failed";
      case ThreadEvent.RunCancelled _ -> "run.cancelled";
      case ThreadEvent.RunInterrupted _ -> "run.interrupted";
    };
  }

  static String of(Class<? extends ThreadEvent> event) {
    for (Map.Entry<String, Set<Class<? extends ThreadEvent>>> entry : CLASSES.entrySet()) {
      if (entry.getValue().contains(event)) {
        return entry.getKey();
      }
    }
    throw new IllegalArgumentException(event + " has no type");
  }

  static Set<Class<? extends ThreadEvent>> classes(String type) {
    return CLASSES.getOrDefault(type, Set.of());
  }

  static Set<String> all() {
    return CLASSES.keySet();
  }
}
