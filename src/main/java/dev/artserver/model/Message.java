package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a thread's conversation.
///
/// @param content its text
/// @param parts text and images in order, when it is more than text; empty: only `content`
/// @param runId the run it belongs to; null when a client added it
/// @param metadata more about it, such as sources; null: none
public record Message(
    String messageId,
    Role role,
    String content,
    List<ContentPart> parts,
    Instant timestamp,
    @Nullable RunId runId,
    @Nullable ObjectNode metadata) {
  public Message {
    parts = List.copyOf(parts);
  }

  /// A message of text only.
  public Message(
      String messageId,
      Role role,
      String content,
      Instant timestamp,
      @Nullable RunId runId,
      @Nullable ObjectNode metadata) {
    this(messageId, role, content, List.of(), timestamp, runId, metadata);
  }
}
