package dev.artserver.http.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.Instances;
import dev.artserver.observe.Operations;
import dev.artserver.thread.Threads;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Explains what a run waits for: another run of its thread, a slot, a provider, its model, tools,
/// a person.
public final class RunExplainer {
  private static final int RUNS_MAX = 200;

  private final Threads threads;
  private final RunReader reader;
  private final Operations operations;
  private final Instances instances;

  public RunExplainer(
      Threads threads, RunReader reader, Operations operations, Instances instances) {
    this.threads = threads;
    this.reader = reader;
    this.operations = operations;
    this.instances = instances;
  }

  /// `{threadId, runId, status, reason, …}`; fails with `NotFound`.
  public Future<ObjectNode> explain(ThreadId thread, RunId run) {
    return reader
        .read(thread, run)
        .compose(view -> {
          ObjectNode node = RunView.status(thread, run, view.status());
          return switch (view.status()) {
            case QUEUED -> queued(node, thread, view);
            case RUNNING -> running(node, thread, view);
            case SUSPENDED -> suspended(node, view);
            case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> because(node, "ended");
          };
        });
  }

  private static Future<ObjectNode> because(ObjectNode node, String reason) {
    return Future.succeededFuture(node.put("reason", reason));
  }

  /// What it asks, since when and until when.
  private static Future<ObjectNode> suspended(ObjectNode node, RunView view) {
    ObjectNode suspension = view.suspension();
    if (suspension != null) {
      node.set("suspensionId", suspension.get("suspensionId"));
      node.set("since", suspension.get("since"));
      node.set("until", suspension.get("until"));
    }
    return because(node, "suspended");
  }

  private Future<ObjectNode> queued(ObjectNode node, ThreadId thread, RunView view) {
    return threads
        .find(thread)
        .compose(head -> {
          RunId current = head.runId();
          if (current == null || current.equals(view.run())) {
            return instances
                .waiting(thread, view.run())
                .compose(place -> {
                  place.ifPresent(node::setAll);
                  return because(node, "admission");
                });
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

  private Future<ObjectNode> running(ObjectNode node, ThreadId thread, RunView view) {
    List<ThreadEvent> open = view.openCalls();
    calls(node, open);
    return instances
        .waiting(thread, view.run())
        .compose(wait ->
            wait.isPresent()
                ? Future.succeededFuture(node.setAll(wait.get()))
                : atWork(node, open));
  }

  /// Every open call, oldest first.
  private static void calls(ObjectNode node, List<ThreadEvent> open) {
    ArrayNode calls = node.arrayNode();
    for (ThreadEvent call : open) {
      if (call instanceof ThreadEvent.ModelCallStarted model) {
        ObjectNode shown = calls.addObject().put("callId", model.callId()).put("kind", "model");
        shown.put("phase", model.phase().name().toLowerCase(Locale.ROOT));
        step(shown, model.stepId());
        shown.put("provider", model.provider()).put("model", model.model());
      } else if (call instanceof ThreadEvent.ToolStarted tool) {
        ObjectNode shown = calls.addObject().put("callId", tool.call().callId());
        shown.put("kind", "tool");
        step(shown, tool.stepId());
        shown.put("tool", tool.call().toolName());
      }
    }
    if (!calls.isEmpty()) {
      node.set("calls", calls);
    }
  }

  private static void step(ObjectNode node, @Nullable String stepId) {
    if (stepId != null) {
      node.put("stepId", stepId);
    }
  }

  private Future<ObjectNode> atWork(ObjectNode node, List<ThreadEvent> open) {
    ArrayNode tools = node.arrayNode();
    for (ThreadEvent call : open) {
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
}
