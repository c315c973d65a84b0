package dev.artserver.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Excerpt;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.tool.ArgumentsReader.InvalidArguments;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One tool call from its arguments to its result. Two virtual threads: the tool's own, and a
/// watcher that answers in time even if the tool ignores interruption.
final class ToolRun implements Tools.Running {
  static final String BUSY = "Too many tools are at work on this server; try again later";

  private static final Logger log = LoggerFactory.getLogger(ToolRun.class);
  private static final int ERROR_CHARS_MAX = 2_000;

  private final Job job;
  private final Consumer<ToolRun> onEnd;
  private final CompletableFuture<ToolResult> result = new CompletableFuture<>();
  private final Future<ToolResult> resultOnCaller;
  private final Thread watcher;

  /// The tool and its arguments.
  record Job(
      ToolRegistry.Registered tool,
      ToolCall call,
      ToolContext context,
      ToolsConfig config,
      Semaphore places,
      InstantSource clock,
      ThreadFactory threads) {}

  /// @param caller where the result arrives
  /// @param onEnd called once, on the watcher, before the result arrives
  ToolRun(Job job, Context caller, Consumer<ToolRun> onEnd) {
    this.job = job;
    this.onEnd = onEnd;
    resultOnCaller = Future.fromCompletionStage(result, caller);
    watcher = job.threads.newThread(this::watch);
  }

  void start() {
    watcher.start();
  }

  @Override
  public Future<ToolResult> result() {
    return resultOnCaller;
  }

  @Override
  public void cancel() {
    watcher.interrupt();
  }

  private void watch() {
    Instant begin = job.clock.instant();
    Outcome outcome;
    try {
      outcome = outcome();
    } catch (InterruptedException e) {
      outcome = new Failed("CANCELLED", "The call was cancelled");
    } catch (RuntimeException | Error e) {
      // A tool's schema or result is foreign too: whatever it throws, the call gets a result.
      outcome = failed(e);
    }
    long took = Duration.between(begin, job.clock.instant()).toMillis();
    onEnd.accept(this);
    result.complete(
        switch (outcome) {
          case Done(JsonNode output) -> ToolResult.success(job.call, output, took);
          case Failed(String code, String error) -> ToolResult.error(job.call, code, error, took);
        });
  }

  private sealed interface Outcome {}

  private record Done(JsonNode output) implements Outcome {}

  private record Failed(String code, String error) implements Outcome {}

  private Outcome outcome() throws InterruptedException {
    ObjectNode arguments;
    try {
      arguments = job.tool.arguments().read(job.call.arguments());
    } catch (InvalidArguments e) {
      return new Failed("TOOL_SCHEMA_VALIDATION_FAILED", words(e));
    }
    if (!job.places.tryAcquire(job.config.waitMax().toNanos(), TimeUnit.NANOSECONDS)) {
      return new Failed("TOOL_BUSY", BUSY);
    }
    CompletableFuture<JsonNode> output = new CompletableFuture<>();
    Thread worker = job.threads.newThread(() -> work(arguments, output));
    worker.start();
    return await(output, worker);
  }

  private void work(ObjectNode arguments, CompletableFuture<JsonNode> output) {
    try {
      JsonNode value;
      try {
        value = job.tool.tool().run(arguments, job.context);
      } finally {
        job.places.release();
      }
      output.complete(Objects.requireNonNull(value, "it returned nothing"));
    } catch (Throwable e) {
      // Tools are foreign code: even an Error must end as a result, or the run would hang.
      output.completeExceptionally(e);
    }
  }

  private Outcome await(CompletableFuture<JsonNode> output, Thread worker)
      throws InterruptedException {
    try {
      JsonNode value = output.get(job.config.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return measured(value);
    } catch (TimeoutException e) {
      worker.interrupt();
      log.atWarn()
          .addKeyValue("tool", job.call.toolName())
          .addKeyValue("threadId", job.context.thread())
          .addKeyValue("runId", job.context.run())
          .log("Tool took too long");
      return new Failed(
          "TOOL_TIMEOUT",
          "Tool '"
              + job.call.toolName()
              + "' took longer than "
              + job.config.timeout().toMillis()
              + " ms and was stopped");
    } catch (InterruptedException e) {
      worker.interrupt();
      throw e;
    } catch (ExecutionException e) {
      return failed(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private Outcome measured(JsonNode value) {
    return JsonSize.exceeds(value, job.config.resultBytesMax())
        ? new Failed(
            "TOOL_RESULT_TOO_LARGE",
            "The result of tool '"
                + job.call.toolName()
                + "' is larger than "
                + job.config.resultBytesMax()
                + " bytes; ask for less")
        : new Done(value);
  }

  private Outcome failed(Throwable cause) {
    if (cause instanceof Error) {
      log.atError()
          .setCause(cause)
          .addKeyValue("tool", job.call.toolName())
          .addKeyValue("threadId", job.context.thread())
          .addKeyValue("runId", job.context.run())
          .log("Tool broke");
    }
    return new Failed("TOOL_EXECUTION_ERROR", words(cause));
  }

  private static String words(Throwable e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    return Excerpt.shortened(message, ERROR_CHARS_MAX);
  }
}
