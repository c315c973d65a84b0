package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Message;
import dev.artserver.model.ThreadState;

/// Estimates what a thread's state holds in memory: enough to choose whom to passivate, not an
/// exact size.
final class ThreadWeight {
  private static final long THREAD_BYTES = 1_500;
  private static final long MESSAGE_BYTES = 160;
  private static final long NODE_BYTES = 56;

  private ThreadWeight() {}

  static long of(ThreadState state) {
    long bytes = THREAD_BYTES + of(state.document().data());
    for (Message message : state.history()) {
      bytes += MESSAGE_BYTES + message.content().length();
    }
    return bytes;
  }

  private static long of(JsonNode node) {
    if (node.isTextual()) {
      return NODE_BYTES + node.textValue().length();
    }
    long bytes = NODE_BYTES;
    for (JsonNode child : node) {
      bytes += NODE_BYTES + of(child);
    }
    return bytes;
  }
}
