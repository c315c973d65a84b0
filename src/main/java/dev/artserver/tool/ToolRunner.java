package dev.artserver.tool;

import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs tools on virtual threads. May be called from any thread; nothing here blocks the caller,
/// not even reading the arguments.
///
/// A tool keeps its permit until it returns. If it ignores interruption, the call fails with
/// `TOOL_TIMEOUT` in time, but other calls wait for its permit.
public final class ToolRunner implements Tools, AutoCloseable {
  private final Vertx vertx;
  private final ToolRegistry registry;
  private final ToolsConfig config;
  private final InstantSource clock;
  private final Schemas schemas = new Schemas();
  private final ThreadFactory threads = Thread.ofVirtual().name("tool-", 0).factory();

  /// One permit for each running tool; fair: the longest waiter is next.
  private final Semaphore places;

  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<ToolRun> inProgress = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public ToolRunner(Vertx vertx, ToolRegistry registry, ToolsConfig config, InstantSource clock) {
    this.vertx = vertx;
    this.registry = registry;
    this.config = config;
    this.clock = clock;
    places = new Semaphore(config.runningMax(), true);
  }

  @Override
  public List<ToolSpec> all() {
    return registry.all();
  }

  @Override
  public Optional<ToolSpec> find(String name) {
    return registry.find(name).map(ToolRegistry.Registered::spec);
  }

  @Override
  public Arguments arguments(ToolCall call) {
    try {
      ToolRegistry.Registered tool = registry.find(call.toolName()).orElse(null);
      return new Arguments(tool == null ? null : tool.arguments().read(call.arguments()));
    } catch (ArgumentsReader.InvalidArguments unfit) {
      return new Arguments(null);
    }
  }

  @Override
  public Schemas schemas() {
    return schemas;
  }

  @Override
  public int resultBytesMax() {
    return config.resultBytesMax();
  }

  @Override
  public Running run(ToolCall call, ToolContext context) {
    Context caller = vertx.getOrCreateContext();
    Optional<ToolRegistry.Registered> tool = registry.find(call.toolName());
    if (tool.isEmpty()) {
      return refused(call, "TOOL_NOT_FOUND", "There is no tool '" + call.toolName() + "'");
    }
    if (closed) {
      return refused(call, "TOOL_BUSY", "The server is stopping");
    }
    if (accepted.incrementAndGet() > config.runningMax() + config.waitingMax()) {
      accepted.decrementAndGet();
      return refused(call, "TOOL_BUSY", ToolRun.BUSY);
    }
    ToolRun run =
        new ToolRun(
            new ToolRun.Job(tool.get(), call, context, config, places, clock, threads),
            caller,
            this::ended);
    inProgress.add(run);
    run.start();
    if (closed) {
      run.cancel();
    }
    return run;
  }

  public ToolStats stats() {
    int running = config.runningMax() - places.availablePermits();
    return new ToolStats(running, places.getQueueLength());
  }

  /// Takes no new calls and cancels those in progress; does not wait for them.
  @Override
  public void close() {
    closed = true;
    inProgress.forEach(ToolRun::cancel);
  }

  private void ended(ToolRun run) {
    inProgress.remove(run);
    accepted.decrementAndGet();
  }

  private Running refused(ToolCall call, String code, String error) {
    Future<ToolResult> result =
        Future.fromCompletionStage(
            CompletableFuture.completedStage(ToolResult.error(call, code, error, 0)),
            vertx.getOrCreateContext());
    return new Running() {
      @Override
      public Future<ToolResult> result() {
        return result;
      }

      @Override
      public void cancel() {
        // It has ended.
      }
    };
  }
}
