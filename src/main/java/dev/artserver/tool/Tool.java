package dev.artserver.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ToolSpec;

/// Something an agent can do. It runs on a virtual thread and may block; interruption means it
/// should stop.
public interface Tool {
  ToolSpec spec();

  /// Does it. The arguments fit the input schema.
  ///
  /// @throws Exception when it fails; the message is shown to the model
  JsonNode run(ObjectNode arguments, ToolContext context) throws Exception;
}
