package dev.artserver.model;

import java.util.List;

/// One message to a model, in the words all providers share.
public sealed interface ModelMessage {
  record FromSystem(String content) implements ModelMessage {}

  record FromUser(String content) implements ModelMessage {}

  record FromAssistant(String content, List<ToolCall> toolCalls) implements ModelMessage {
    public FromAssistant {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  record FromTool(String callId, String toolName, String content) implements ModelMessage {}
}
