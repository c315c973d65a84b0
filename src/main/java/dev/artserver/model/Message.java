package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a thread's conversation.
///
/// @param content its words
/// @param parts all it holds, in order, words too, when it is more than text; empty: `content` is
///   all
/// @param runId the run it belongs to; null when a client added it
/// @param metadata what else is known of it, such as sources; null when nothing is
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

  /// One of text alone.
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
