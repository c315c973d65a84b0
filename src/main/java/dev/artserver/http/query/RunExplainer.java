package dev.artserver.http.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.Operations;
import dev.artserver.thread.Threads;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says what a run waits for: another run of its thread, a slot, a provider, its model, tools, a
/// person.
public final class RunExplainer {
  private static final int RUNS_MAX = 200;
  private static final int CALLS_MAX = 500;
  private static final Set<Class<? extends ThreadEvent>> CALLS =
      Set.of(
          ThreadEvent.RunStarted.class,
          ThreadEvent.ModelCallStarted.class,
          ThreadEvent.ModelCallEnded.class,
          ThreadEvent.ToolStarted.class,
          ThreadEvent.ToolEnded.class);

  private final Threads threads;
  private final RunReader reader;
  private final Operations operations;

  public RunExplainer(Threads threads, RunReader reader, Operations operations) {
    this.threads = threads;
    this.reader = reader;
    this.operations = operations;
  }

  /// `{threadId, runId, status, reason, …}`; fails with `NotFound`.
  public Future<ObjectNode> explain(ThreadId thread, RunId run) {
    return reader
        .read(thread, run)
        .compose(view -> {
          ObjectNode node = RunView.status(thread, run, view.status());
          return switch (view.status()) {
            case QUEUED -> queued(node, thread, view);
            case RUNNING -> running(node, thread, run);
            case SUSPENDED -> because(node, "suspended");
            case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> because(node, "ended");
          };
        });
  }

  private static Future<ObjectNode> because(ObjectNode node, String reason) {
    return Future.succeededFuture(node.put("reason", reason));
  }

  private Future<ObjectNode> queued(ObjectNode node, ThreadId thread, RunView view) {
    return threads
        .find(thread)
        .compose(head -> {
          RunId current = head.runId();
          if (current == null || current.equals(view.run())) {
            operations.queuePlace(view.run()).ifPresent(node::setAll);
            return because(node, "admission");
          }
          node.put("behindRunId", current.value());
          return reader
              .page(thread, view.seq(), RUNS_MAX)
              .compose(page -> {
                node.put("position", open(page));
                return because(node, "thread-busy");
              });
        });
  }

  /// How many of the runs before it have not ended.
  private static int open(ObjectNode page) {
    int open = 0;
    for (JsonNode run : page.path("items")) {
      String status = run.path("status").asText();
      for (RunStatus one : RunStatus.values()) {
        open += one.name().equalsIgnoreCase(status) && !one.ended() ? 1 : 0;
      }
    }
    return open;
  }

  private Future<ObjectNode> running(ObjectNode node, ThreadId thread, RunId run) {
    Optional<ObjectNode> place = operations.queuePlace(run);
    if (place.isPresent()) {
      node.setAll(place.get());
      return because(node, "admission");
    }
    Optional<ObjectNode> wait = operations.providerWait(run);
    if (wait.isPresent()) {
      return Future.succeededFuture(node.setAll(wait.get()));
    }
    return threads
        .facts(thread, new FactQuery(0, Long.MAX_VALUE, CALLS, run, CALLS_MAX, true))
        .compose(facts -> atWork(node, facts));
  }

  private Future<ObjectNode> atWork(ObjectNode node, List<Fact> facts) {
    Map<String, ThreadEvent> open = openCalls(facts);
    ArrayNode tools = node.arrayNode();
    for (ThreadEvent call : open.values()) {
      if (call instanceof ThreadEvent.ModelCallStarted model) {
        ObjectNode provider = operations.provider(model.provider());
        node.put("model", model.model());
        if (provider != null) {
          node.set("provider", provider);
        }
        return because(node, "model");
      }
      if (call instanceof ThreadEvent.ToolStarted tool) {
        tools.add(tool.call().toolName());
      }
    }
    if (!tools.isEmpty()) {
      node.set("tools", tools);
    }
    return because(node, tools.isEmpty() ? "running" : "tool");
  }

  /// Calls that were begun and not ended; a new attempt makes its model calls anew.
  private static Map<String, ThreadEvent> openCalls(List<Fact> facts) {
    Map<String, ThreadEvent> open = new LinkedHashMap<>();
    for (Fact fact : facts) {
      switch (fact.event()) {
        case ThreadEvent.RunStarted ignored ->
            open.values().removeIf(ThreadEvent.ModelCallStarted.class::isInstance);
        case ThreadEvent.ModelCallStarted started -> open.put(started.callId(), started);
        case ThreadEvent.ModelCallEnded ended -> open.remove(ended.callId());
        case ThreadEvent.ToolStarted started -> open.put(started.call().callId(), started);
        case ThreadEvent.ToolEnded ended -> open.remove(ended.result().callId());
        case ThreadEvent.ConfigChanged _,
            ThreadEvent.StateChanged _,
            ThreadEvent.RunQueued _,
            ThreadEvent.RunYielded _,
            ThreadEvent.RunPhase _,
            ThreadEvent.PlanUpdated _,
            ThreadEvent.ItemUpdated _,
            ThreadEvent.Thoughts _,
            ThreadEvent.MessageAdded _,
            ThreadEvent.Unknown _,
            ThreadEvent.RunEnd _ -> {}
      }
    }
    return open;
  }
}
