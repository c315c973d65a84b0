package dev.artserver.agent;

import dev.artserver.model.ActiveRun;
import dev.artserver.model.AgentPart;
import dev.artserver.model.Failure;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.RunStep;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one decision changes before it acts: plan, items, phase and step as they will be once its
/// events are logged.
final class Progress {
  private final AgentView view;
  private final List<ThreadEvent> events = new ArrayList<>();
  private List<TodoItem> items;
  private String plan;
  private @Nullable Phase phase;
  private @Nullable String step;

  Progress(AgentView view) {
    this.view = view;
    items = AgentPart.todoList(view.document().data());
    plan = view.document().data().path("plan").asText();
    RunStep last = view.run().lastStep();
    phase = last == null ? null : last.phase();
    step = last == null ? null : last.stepId();
  }

  AgentView view() {
    return view;
  }

  ActiveRun run() {
    return view.run();
  }

  /// The todo list, in its order.
  List<TodoItem> items() {
    return items;
  }

  /// The approach in prose; empty: none.
  String plan() {
    return plan;
  }

  /// The item being worked on, or null.
  @Nullable String step() {
    return step;
  }

  /// Events to log first.
  List<ThreadEvent> events() {
    return events;
  }

  void adopt(Plan adopted) {
    events.add(new ThreadEvent.PlanUpdated(run().id(), adopted));
    items = new ArrayList<>(adopted.todoList());
    plan = adopted.plan();
  }

  void at(Phase nextPhase, @Nullable String nextStep) {
    if (phase != nextPhase || !Objects.equals(step, nextStep)) {
      events.add(new ThreadEvent.RunPhase(run().id(), nextPhase, nextStep));
      phase = nextPhase;
      step = nextStep;
    }
  }

  /// @param result its result, or why it failed; null: unchanged
  void move(TodoItem item, TodoStatus status, @Nullable String result) {
    TodoItem moved = item.with(status, result == null ? item.result() : result);
    events.add(new ThreadEvent.ItemUpdated(run().id(), moved));
    items.replaceAll(other -> other.id().equals(item.id()) ? moved : other);
  }

  Decision fail(String code, String message) {
    return new Decision.Fail(events, new Failure.AgentFailed(code, message));
  }
}
