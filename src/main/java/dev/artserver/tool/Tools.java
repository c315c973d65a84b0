package dev.artserver.tool;

import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// The tools of this server, and how they run.
public interface Tools {
  /// All tools, in order of name.
  List<ToolSpec> all();

  Optional<ToolSpec> find(String name);

  /// Runs one call within the server's limits. Never fails: what goes wrong is a result with an
  /// error code (`TOOL_NOT_FOUND`, `TOOL_SCHEMA_VALIDATION_FAILED`, `TOOL_EXECUTION_ERROR`,
  /// `TOOL_TIMEOUT`, `TOOL_RESULT_TOO_LARGE`, `TOOL_BUSY`) and a message the model can act on.
  /// Completes on the caller's context.
  Running run(ToolCall call, ToolContext context);

  /// A tool at work.
  interface Running {
    Future<ToolResult> result();

    /// Interrupts it; its result is then ignored. Does nothing when it has ended.
    void cancel();
  }
}
