package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One message of a thread's conversation.
///
/// @param runId the run it belongs to; null when a client added it
/// @param metadata what else is known of it, such as sources; null when nothing is
public record Message(
    String messageId,
    Role role,
    String content,
    Instant timestamp,
    @Nullable RunId runId,
    @Nullable ObjectNode metadata) {}
