package dev.artserver.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The tools of this server, and how they run.
public interface Tools {
  /// All tools, in order of name.
  List<ToolSpec> all();

  Optional<ToolSpec> find(String name);

  /// Arguments of a call, checked against the schema of its tool.
  ///
  /// @param value null: they do not fit, or there is no such tool
  record Arguments(@Nullable ObjectNode value) {}

  /// Reads the arguments of one call now.
  Arguments arguments(ToolCall call);

  /// Checks values against schemas.
  Schemas schemas();

  /// The largest result of a call as JSON in UTF-8, in bytes.
  int resultBytesMax();

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
