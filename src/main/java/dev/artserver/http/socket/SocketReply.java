package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.Problem;

/// The answer to a command that succeeded.
///
/// @param type of the message
/// @param members of the message besides `type` and `id`
/// @param afterwards runs when the message was written
record SocketReply(String type, ObjectNode members, Runnable afterwards) {
  private static final String ACK = "ack";

  static SocketReply ack(ObjectNode members) {
    return new SocketReply(ACK, members, () -> {});
  }

  static SocketReply ack(ObjectNode members, Runnable afterwards) {
    return new SocketReply(ACK, members, afterwards);
  }

  static SocketReply pong() {
    return new SocketReply("pong", JsonNodeFactory.instance.objectNode(), () -> {});
  }

  static ObjectNode about(ThreadId thread) {
    return JsonNodeFactory.instance.objectNode().put("threadId", thread.value());
  }

  /// @param id the client's name for the command; anything but a text or a number is left out
  ObjectNode message(JsonNode id) {
    return message(type, id).setAll(members);
  }

  /// The answer to a command that failed.
  static ObjectNode error(JsonNode id, Failure failure) {
    return message("error", id).set("problem", Problem.write(failure, null, null));
  }

  private static ObjectNode message(String type, JsonNode id) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("type", type);
    if (id.isValueNode()) {
      node.set("id", id);
    }
    return node;
  }
}
