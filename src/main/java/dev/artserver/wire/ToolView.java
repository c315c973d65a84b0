package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ToolSpec;

/// JSON of a tool: `{name, description, inputSchema, idempotent, approval}`.
public final class ToolView {
  private ToolView() {}

  private static String approval(ToolSpec spec) {
    return switch (spec.approval().mode()) {
      case ALWAYS -> "always";
      case NEVER -> "never";
      case BY_ARGUMENTS -> "byArguments";
      case QUESTION -> "question";
    };
  }

  public static ObjectNode write(ToolSpec tool) {
    return Fields.node(
        tool,
        (out, spec) -> {
          out.text("name", spec.name());
          out.text("description", spec.description());
          out.tree("inputSchema", spec.inputSchema());
          out.flag("idempotent", spec.idempotent());
          out.text("approval", approval(spec));
        });
  }
}
