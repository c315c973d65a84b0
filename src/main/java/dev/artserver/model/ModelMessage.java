package dev.artserver.model;

import java.util.List;

/// One message to a model, in the form all providers share.
public sealed interface ModelMessage {
  record FromSystem(String content) implements ModelMessage {}

  /// @param content its text
  /// @param parts text and images in order, when it is more than text; empty: only `content`
  record FromUser(String content, List<ContentPart> parts) implements ModelMessage {
    public FromUser {
      parts = List.copyOf(parts);
    }

    /// A message of text only.
    public FromUser(String content) {
      this(content, List.of());
    }
  }

  record FromAssistant(String content, List<ToolCall> toolCalls) implements ModelMessage {
    public FromAssistant {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  record FromTool(String callId, String toolName, String content) implements ModelMessage {}
}
