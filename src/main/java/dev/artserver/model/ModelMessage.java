package dev.artserver.model;

import java.util.List;

/// One message to a model, in the words all providers share.
public sealed interface ModelMessage {
  record FromSystem(String content) implements ModelMessage {}

  /// @param content its words
  /// @param parts all it holds, in order, words too, when it is more than text; empty: `content` is
  ///   all
  record FromUser(String content, List<ContentPart> parts) implements ModelMessage {
    public FromUser {
      parts = List.copyOf(parts);
    }

    /// One of text alone.
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
