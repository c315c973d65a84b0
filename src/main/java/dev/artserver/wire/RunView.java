package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FailureException;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Question;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunStatus;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ServedBy;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.TodoItem;
import dev.artserver.model.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A run as clients see it: the fold of its facts, beginning with `RunQueued`. Facts of other runs
/// are ignored. Not thread-safe.
public final class RunView {
  /// The kinds of facts a run's view is made of.
  public static final Set<Class<? extends ThreadEvent>> KINDS = kinds();

  private final ThreadId thread;
  private final RunId run;
  private final RunRequest request;
  private final long seq;
  private final Instant queuedAt;
  private final List<TodoItem> todo = new ArrayList<>();
  private final Set<ServedBy> servedBy = new LinkedHashSet<>();
  private RunStatus status = RunStatus.QUEUED;
  private int attempt;
  private int llmCalls;
  private int toolCalls;
  private Usage usage = Usage.NONE;
  private @Nullable Instant startedAt;
  private @Nullable Instant endedAt;
  private @Nullable Phase phaseBegun;
  private @Nullable String stepBegun;
  private final Map<String, ThreadEvent> openCalls = new LinkedHashMap<>();
  private final Map<String, Question> questions = new LinkedHashMap<>();
  private @Nullable String suspensionId;
  private @Nullable Instant suspendedAt;
  private long lastSeq;
  private @Nullable Message response;
  private @Nullable RunFailure failure;
  private @Nullable RunSummary summary;

  private RunView(ThreadId thread, Fact fact, ThreadEvent.RunQueued queued) {
    this.thread = thread;
    run = queued.run();
    request = queued.request();
    seq = fact.seq();
    lastSeq = seq;
    queuedAt = fact.at();
  }

  /// The run that `fact` queued; null when `fact` is another event.
  public static @Nullable RunView of(ThreadId thread, Fact fact) {
    return fact.event() instanceof ThreadEvent.RunQueued queued
        ? new RunView(thread, fact, queued)
        : null;
  }

  /// All but the kinds that `take` ignores, so that a new kind is read.
  private static Set<Class<? extends ThreadEvent>> kinds() {
    Set<Class<? extends ThreadEvent>> kinds = new HashSet<>(ThreadEvent.kinds(ThreadEvent.class));
    kinds.remove(ThreadEvent.ConfigChanged.class);
    kinds.remove(ThreadEvent.StateChanged.class);
    kinds.remove(ThreadEvent.Thoughts.class);
    return Set.copyOf(kinds);
  }

  /// A run that was just accepted: `{threadId, runId, status, attempt, seq, queuedAt}`.
  public static ObjectNode accepted(ThreadId thread, RunId run, long seq, Instant at) {
    ObjectNode node = status(thread, run, RunStatus.QUEUED);
    node.put("attempt", 0);
    node.put("seq", seq);
    node.put("queuedAt", Json.text(at));
    return node;
  }

  /// `{threadId, runId, status}`.
  public static ObjectNode status(ThreadId thread, RunId run, RunStatus status) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("threadId", thread.value());
    node.put("runId", run.value());
    node.put("status", Fields.lower(status));
    return node;
  }

  /// `{threadId, runId, suspensionId, answeredAt, open}`: an answer was the first, or the same.
  public static ObjectNode resumed(ThreadId thread, Answer.Resumed resumed) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("threadId", thread.value());
    node.put("runId", resumed.run().value());
    node.put("suspensionId", resumed.suspensionId());
    node.put("answeredAt", Json.text(resumed.answeredAt()));
    node.put("open", resumed.open());
    return node;
  }

  public RunId run() {
    return run;
  }

  public long seq() {
    return seq;
  }

  /// Suspended: it waits for people and for nothing else.
  public RunStatus status() {
    boolean waits = status == RunStatus.RUNNING && !questions.isEmpty() && openCalls.isEmpty();
    return waits ? RunStatus.SUSPENDED : status;
  }

  /// Of the last fact of the run.
  public long lastSeq() {
    return lastSeq;
  }

  /// Whether questions of the run wait for answers.
  public boolean asks() {
    return !questions.isEmpty();
  }

  /// Its open questions.
  public List<Question> questions() {
    return List.copyOf(questions.values());
  }

  /// The open questions: `{threadId, runId, suspensionId, since, until, questions}`; null: none.
  public @Nullable ObjectNode suspension() {
    return asks() ? Fields.node(this, (out, view) -> view.suspension(out)) : null;
  }

  private void suspension(Fields out) throws IOException {
    out.text("threadId", thread.value());
    out.text("runId", run.value());
    out.text("suspensionId", suspensionId);
    out.instant("since", suspendedAt);
    out.instant(
        "until", questions.values().stream().map(Question::until).sorted().findFirst().get());
    out.objects("questions", questions(), SuspensionJson::question);
  }

  /// Calls that were started and have not ended, oldest first: `ModelCallStarted` and
  /// `ToolStarted`.
  public List<ThreadEvent> openCalls() {
    return List.copyOf(openCalls.values());
  }

  /// Takes the next fact of the thread. Fails with `TooNew` when only a newer release knows what it
  /// says of the run.
  public void take(Fact fact) {
    if (!run.equals(fact.event().run())) {
      return;
    }
    lastSeq = fact.seq();
    switch (fact.event()) {
      case ThreadEvent.Unknown newer ->
          throw new FailureException(newer.tooNew(thread, fact.seq()));
      case ThreadEvent.RunStarted started -> {
        status = RunStatus.RUNNING;
        attempt = started.attempt();
        startedAt = startedAt == null ? fact.at() : startedAt;
        // A new attempt makes its model calls anew.
        openCalls.values().removeIf(ThreadEvent.ModelCallStarted.class::isInstance);
      }
      case ThreadEvent.RunYielded ignored -> status = RunStatus.QUEUED;
      case ThreadEvent.RunSuspended asked -> {
        suspendedAt = questions.isEmpty() ? fact.at() : suspendedAt;
        suspensionId = asked.suspensionId();
        asked.questions().forEach(one -> questions.put(one.call().callId(), one));
      }
      case ThreadEvent.RunResumed answered -> {
        boolean suspended = status() == RunStatus.SUSPENDED;
        answered.verdicts().forEach(one -> questions.remove(one.callId()));
        if (suspended && questions.isEmpty()) {
          status = RunStatus.QUEUED;
        }
      }
      case ThreadEvent.RunPhase moved -> {
        phaseBegun = moved.phase();
        stepBegun = moved.stepId();
      }
      case ThreadEvent.PlanUpdated updated -> {
        todo.clear();
        todo.addAll(updated.plan().todoList());
      }
      case ThreadEvent.ItemUpdated updated -> takeItem(updated.item());
      case ThreadEvent.ModelCallStarted started -> openCalls.put(started.callId(), started);
      case ThreadEvent.ModelCallEnded ended -> {
        openCalls.remove(ended.callId());
        llmCalls++;
        usage = usage.plus(ended.usage());
        if (ended.servedBy() != null) {
          servedBy.add(ended.servedBy());
        }
      }
      case ThreadEvent.ToolStarted started -> openCalls.put(started.call().callId(), started);
      case ThreadEvent.ToolEnded ended -> {
        openCalls.remove(ended.result().callId());
        toolCalls++;
      }
      case ThreadEvent.MessageAdded added -> {
        if (added.message().role() == Role.AI) {
          response = added.message();
        }
      }
      case ThreadEvent.RunFailed e -> {
        failure = e.failure();
        end(e, fact.at());
      }
      case ThreadEvent.RunEnd e -> end(e, fact.at());
      case ThreadEvent.RunQueued _,
          ThreadEvent.ConfigChanged _,
          ThreadEvent.StateChanged _,
          ThreadEvent.Thoughts _ -> {}
    }
  }

  private void takeItem(TodoItem item) {
    for (int i = 0; i < todo.size(); i++) {
      if (todo.get(i).id().equals(item.id())) {
        todo.set(i, item);
        return;
      }
    }
    todo.add(item);
  }

  private void end(ThreadEvent.RunEnd end, Instant at) {
    RunSummary cost = end.summary();
    status = end.status();
    openCalls.clear();
    questions.clear();
    endedAt = at;
    summary = cost;
    llmCalls = cost.llmCalls();
    toolCalls = cost.toolCalls();
    usage = cost.usage();
  }

  /// The run's current state.
  public ObjectNode write() {
    return Fields.node(this, (out, view) -> view.run(out));
  }

  /// The answer of a waiting call: `{response, metadata}`; `response` is null unless the run
  /// completed.
  public ObjectNode answer(@Nullable String userId) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Message answer = status == RunStatus.COMPLETED ? response : null;
    node.set("response", answer == null ? node.nullNode() : MessageJson.write(answer));
    node.set("metadata", Fields.node(this, (out, view) -> view.metadata(out, userId)));
    return node;
  }

  private void run(Fields out) throws IOException {
    out.text("threadId", thread.value());
    out.text("runId", run.value());
    out.text("traceId", request.traceId());
    out.word("status", status());
    ContentJson.write(out, "query", request.query(), request.parts());
    out.word("priority", request.priority());
    out.number("attempt", attempt);
    place(out);
    out.objects("todo", todo, AgentJson::item);
    out.number("seq", seq);
    out.instant("queuedAt", queuedAt);
    out.instant("startedAt", startedAt);
    out.instant("endedAt", endedAt);
    cost(out);
    out.object("response", response, MessageJson::write);
    out.object("error", failure, RunJson::failure);
    if (asks()) {
      out.object("suspension", this, (fields, view) -> view.suspension(fields));
    }
  }

  /// Phase and step of the call opened last; while none is open, those begun last.
  private void place(Fields out) throws IOException {
    ThreadEvent open = null;
    for (ThreadEvent call : openCalls.values()) {
      open = call;
    }
    if (open instanceof ThreadEvent.ModelCallStarted call) {
      out.word("phase", call.phase());
      out.text("stepId", call.stepId());
    } else {
      out.word("phase", phaseBegun);
      out.text("stepId", open instanceof ThreadEvent.ToolStarted tool ? tool.stepId() : stepBegun);
    }
  }

  private static void served(Fields out, ServedBy by) throws IOException {
    out.text("provider", by.provider());
    out.text("model", by.model());
  }

  private void metadata(Fields out, @Nullable String userId) throws IOException {
    out.text("threadId", thread.value());
    out.text("runId", run.value());
    out.text("traceId", request.traceId());
    out.text("userId", userId);
    out.word("status", status());
    cost(out);
    out.object("error", failure, RunJson::failure);
    if (asks()) {
      out.object("suspension", this, (fields, view) -> view.suspension(fields));
    }
  }

  private void cost(Fields out) throws IOException {
    if (!servedBy.isEmpty()) {
      out.objects("servedBy", List.copyOf(servedBy), RunView::served);
    }
    if (summary != null) {
      RunJson.summary(out, summary);
      return;
    }
    if (startedAt != null) {
      out.millis("queuedMs", Duration.between(queuedAt, startedAt));
    }
    out.number("llmCalls", llmCalls);
    out.number("toolCalls", toolCalls);
    out.object("usage", usage, AgentJson::usage);
  }
}
