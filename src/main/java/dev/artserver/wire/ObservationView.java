package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.TodoItem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The facts of a thread as ART's observations: what the agent did. A fact gives any number of
/// observations; each carries the fact's `seq`.
public final class ObservationView {
  /// Those of ART's types that this server's facts give.
  public enum Type {
    INTENT,
    TITLE,
    PLAN,
    PLAN_UPDATE,
    ITEM_STATUS_CHANGE,
    AGENT_SUSPENDED,
    AGENT_RESUMED,
    THOUGHTS,
    TOOL_CALL,
    TOOL_EXECUTION,
    SYNTHESIS,
    FINAL_RESPONSE,
    ERROR,
    STATE_UPDATE,
    LLM_STREAM_START,
    LLM_STREAM_METADATA,
    LLM_STREAM_END
  }

  private static final Map<Type, Class<? extends ThreadEvent>> SOURCES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Type.INTENT, ThreadEvent.PlanUpdated.class),
              Map.entry(Type.TITLE, ThreadEvent.PlanUpdated.class),
              Map.entry(Type.PLAN, ThreadEvent.PlanUpdated.class),
              Map.entry(Type.PLAN_UPDATE, ThreadEvent.PlanUpdated.class),
              Map.entry(Type.ITEM_STATUS_CHANGE, ThreadEvent.ItemUpdated.class),
              Map.entry(Type.AGENT_SUSPENDED, ThreadEvent.RunSuspended.class),
              Map.entry(Type.AGENT_RESUMED, ThreadEvent.RunResumed.class),
              Map.entry(Type.THOUGHTS, ThreadEvent.Thoughts.class),
              Map.entry(Type.TOOL_CALL, ThreadEvent.ToolStarted.class),
              Map.entry(Type.TOOL_EXECUTION, ThreadEvent.ToolEnded.class),
              Map.entry(Type.SYNTHESIS, ThreadEvent.RunPhase.class),
              Map.entry(Type.FINAL_RESPONSE, ThreadEvent.MessageAdded.class),
              Map.entry(Type.ERROR, ThreadEvent.RunFailed.class),
              Map.entry(Type.STATE_UPDATE, ThreadEvent.StateChanged.class),
              Map.entry(Type.LLM_STREAM_START, ThreadEvent.ModelCallStarted.class),
              Map.entry(Type.LLM_STREAM_METADATA, ThreadEvent.ModelCallEnded.class),
              Map.entry(Type.LLM_STREAM_END, ThreadEvent.ModelCallEnded.class)));

  private final ThreadId thread;
  private final Fact fact;
  private final Set<Type> wanted;
  private final List<ObjectNode> observations = new ArrayList<>();

  private ObservationView(ThreadId thread, Fact fact, Set<Type> wanted) {
    this.thread = thread;
    this.fact = fact;
    this.wanted = wanted;
  }

  /// The kinds of facts that give observations of these types; of all types when there are none.
  public static Set<Class<? extends ThreadEvent>> sources(Set<Type> types) {
    Set<Class<? extends ThreadEvent>> sources = new HashSet<>();
    SOURCES.forEach((type, source) -> {
      if (types.isEmpty() || types.contains(type)) {
        sources.add(source);
      }
    });
    return sources;
  }

  /// The observations of `fact`, in order.
  ///
  /// @param wanted only these types; empty: all
  public static List<ObjectNode> write(ThreadId thread, Fact fact, Set<Type> wanted) {
    ObservationView view = new ObservationView(thread, fact, wanted);
    view.observe();
    return view.observations;
  }

  private void observe() {
    switch (fact.event()) {
      case ThreadEvent.PlanUpdated(RunId ignored, Plan plan) -> observePlan(plan);
      case ThreadEvent.ItemUpdated(RunId ignored, TodoItem item) -> observeItem(item);
      case ThreadEvent.Thoughts e -> {
        add(
            Type.THOUGHTS,
            object().put("text", e.text()),
            e.stepId(),
            place(e.callId(), e.phase()));
      }
      case ThreadEvent.RunSuspended e -> {
        ObjectNode content = object().put("suspensionId", e.suspensionId());
        e.questions()
            .forEach(question ->
                content
                    .withArray("questions")
                    .add(Fields.node(question, SuspensionJson::question)));
        add(Type.AGENT_SUSPENDED, content, null, null);
      }
      case ThreadEvent.RunResumed e -> {
        ObjectNode content = object().put("suspensionId", e.suspensionId());
        e.verdicts()
            .forEach(verdict ->
                content.withArray("answers").add(Fields.node(verdict, SuspensionJson::verdict)));
        add(Type.AGENT_RESUMED, content, null, null);
      }
      case ThreadEvent.ToolStarted e -> {
        ObjectNode content = object();
        content.putArray("toolCalls").add(Fields.node(e.call(), AgentJson::call));
        add(Type.TOOL_CALL, content, e.stepId(), null);
      }
      case ThreadEvent.ToolEnded e ->
          add(
              Type.TOOL_EXECUTION,
              Fields.node(e.result(), AgentJson::result),
              e.stepId(),
              object().put("callId", e.result().callId()));
      case ThreadEvent.RunPhase(RunId ignored, Phase phase, String ignoredStep) -> {
        if (phase == Phase.SYNTHESIS) {
          add(Type.SYNTHESIS, object().put("message", "Preparing the answer."), null, null);
        }
      }
      case ThreadEvent.MessageAdded(Message message) -> observeMessage(message);
      case ThreadEvent.RunFailed e -> observeFailure(e.failure());
      case ThreadEvent.StateChanged e ->
          add(
              Type.STATE_UPDATE,
              object().put("version", fact.stateVersion()).put("operationId", e.operationId()),
              null,
              null);
      case ThreadEvent.ModelCallStarted e ->
          add(
              Type.LLM_STREAM_START,
              object().put("phase", Fields.lower(e.phase())),
              e.stepId(),
              place(e.callId(), e.phase()));
      case ThreadEvent.ModelCallEnded e -> observeCall(e);
      case ThreadEvent.Unknown _ -> {}
      case ThreadEvent.ConfigChanged ignored -> {}
      case ThreadEvent.RunQueued ignored -> {}
      case ThreadEvent.RunStarted ignored -> {}
      case ThreadEvent.RunYielded ignored -> {}
      case ThreadEvent.RunCompleted ignored -> {}
      case ThreadEvent.RunCancelled ignored -> {}
      case ThreadEvent.RunInterrupted ignored -> {}
    }
  }

  private void observePlan(Plan plan) {
    add(Type.INTENT, object().put("intent", plan.intent()), null, null);
    if (!plan.title().isEmpty()) {
      add(Type.TITLE, object().put("title", plan.title()), null, null);
    }
    ObjectNode whole = Fields.node(plan, AgentJson::plan);
    ObjectNode content = object().put("plan", plan.plan());
    content.set("todoList", whole.get("todoList"));
    add(Type.PLAN, content, null, null);
    ObjectNode update = object();
    update.set("todoList", whole.get("todoList"));
    add(Type.PLAN_UPDATE, update, null, null);
  }

  private void observeItem(TodoItem item) {
    ObjectNode content = object();
    content.put("itemId", item.id());
    content.put("status", Fields.lower(item.status()));
    if (item.result() != null) {
      content.put("stepOutput", item.result());
    }
    add(Type.ITEM_STATUS_CHANGE, content, item.id(), null);
  }

  private void observeMessage(Message message) {
    if (message.role() == Role.AI && message.runId() != null) {
      ObjectNode content = object();
      content.set("message", MessageJson.write(message));
      add(Type.FINAL_RESPONSE, content, null, null);
    }
  }

  private void observeFailure(RunFailure failure) {
    ObjectNode content = object().put("code", failure.code()).put("error", failure.message());
    if (failure.phase() != null) {
      content.put("phase", Fields.lower(failure.phase()));
    }
    add(Type.ERROR, content, failure.step(), null);
  }

  private void observeCall(ThreadEvent.ModelCallEnded call) {
    ObjectNode content = Fields.node(call.usage(), AgentJson::usage);
    content.put("stopReason", call.stopReason());
    content.put("timeToFirstTokenMs", call.firstTokenMs());
    content.put("totalGenerationTimeMs", call.durationMs());
    if (call.servedBy() != null) {
      content.put("provider", call.servedBy().provider());
      content.put("model", call.servedBy().model());
    }
    ObjectNode place = place(call.callId(), call.phase());
    add(Type.LLM_STREAM_METADATA, content, call.stepId(), place);
    add(
        Type.LLM_STREAM_END,
        object().put("phase", Fields.lower(call.phase())),
        call.stepId(),
        place);
  }

  private void add(
      Type type, ObjectNode content, @Nullable String parent, @Nullable ObjectNode metadata) {
    if (!wanted.isEmpty() && !wanted.contains(type)) {
      return;
    }
    ObjectNode node = object();
    node.put("id", "o_" + fact.seq() + "_" + type.name());
    node.put("threadId", thread.value());
    RunId run = fact.event().run();
    if (run != null) {
      node.put("runId", run.value());
    }
    node.put("seq", fact.seq());
    node.put("timestamp", Json.text(fact.at()));
    node.put("type", type.name());
    node.put("title", type.name() + " Recorded");
    node.set("content", content);
    if (metadata != null) {
      node.set("metadata", metadata);
    }
    if (parent != null) {
      node.put("parentId", parent);
    }
    observations.add(node);
  }

  private static ObjectNode place(String callId, Phase phase) {
    return object().put("callId", callId).put("phase", Fields.lower(phase));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
