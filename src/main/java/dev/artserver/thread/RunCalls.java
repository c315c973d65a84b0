package dev.artserver.thread;

import dev.artserver.model.ActiveRun;
import dev.artserver.model.Failure;
import dev.artserver.model.OpenCall;
import dev.artserver.model.RunId;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.Fallback;
import dev.artserver.stream.Feed;
import dev.artserver.tool.ToolContext;
import dev.artserver.tool.Tools;
import org.jspecify.annotations.Nullable;

/// Makes the calls that a run's state says are open, and drops those that have ended. Made when it
/// is needed: a thread at rest holds none.
final class RunCalls {
  private final RunDriver driver;
  private final AgentThread thread;
  private final ThreadServices services;
  private final RunRules rules;
  private final Feed feed;

  RunCalls(
      RunDriver driver, AgentThread thread, ThreadServices services, RunRules rules, Feed feed) {
    this.driver = driver;
    this.thread = thread;
    this.services = services;
    this.rules = rules;
    this.feed = feed;
  }

  /// @param draft the turn that led here, which prepared its model calls; null: none
  void start(ActiveRun run, RunWork work, @Nullable Draft draft) {
    for (OpenCall open : run.openCalls()) {
      if (!work.calls.containsKey(open.callId())) {
        switch (open) {
          case OpenCall.OpenModelCall call -> startModel(run, work, call, draft);
          case OpenCall.OpenToolCall call -> startTool(run, work, call);
          case OpenCall.OpenQuestion _ -> {}
        }
      }
    }
    work.calls
        .keySet()
        .removeIf(callId -> {
          boolean ended = run.openCall(callId) == null;
          if (ended) {
            feed.callEnded(callId);
          }
          return ended;
        });
  }

  private void startModel(
      ActiveRun run, RunWork work, OpenCall.OpenModelCall open, @Nullable Draft draft) {
    String callId = open.callId();
    ModelCallWork underWay = work.renaming.remove(callId);
    if (underWay != null) {
      feed.callStarted(run.id(), callId, open.phase(), open.stepId());
      work.calls.put(callId, underWay::drop);
      underWay.renamed(callId);
      return;
    }
    Draft.Prepared prepared = draft == null ? null : draft.prepared(callId);
    if (prepared == null) {
      throw new IllegalStateException("model call " + callId + " was logged and not prepared");
    }
    feed.callStarted(run.id(), callId, open.phase(), open.stepId());
    ModelCallWork listener =
        new ModelCallWork(
            thread,
            services.clock(),
            rules,
            feed,
            run.id(),
            callId,
            () -> driver.yieldWanted(work),
            work.renaming::put);
    work.calls.put(callId, listener::drop);
    CallTerms terms =
        new CallTerms(
            thread.id(),
            run.id(),
            run.request().priority(),
            driver.deadline(run),
            prepared.fallbacks() == null
                ? null
                : prepared.fallbacks().stream().map(Fallback::parse).toList(),
            prepared.choice().apiKey());
    listener.started(
        services.providers().call(prepared.choice().name(), terms, prepared.request(), listener));
  }

  private void startTool(ActiveRun run, RunWork work, OpenCall.OpenToolCall open) {
    RunId id = run.id();
    Tools.Running running =
        services
            .tools()
            .run(
                open.call(),
                new ToolContext(thread.id(), id, open.callId(), run.request().traceId()));
    work.calls.put(open.callId(), running::cancel);
    running
        .result()
        .onComplete(done -> {
          if (!work.ended && work.calls.containsKey(open.callId())) {
            thread.decideWithRetry(
                id,
                draft -> {
                  if (done.succeeded()) {
                    rules.toolEnded(draft, id, done.result(), driver.yieldWanted(work));
                  } else {
                    Failure broken = new Failure.Internal("the tool runner failed");
                    rules.failed(draft, id, open.callId(), broken);
                  }
                  return null;
                });
          }
        });
  }
}
