package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Message;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// JSON of messages: `{messageId, role, content, timestamp, runId?, metadata?}`; `content` as
/// `ContentJson`.
public final class MessageJson {
  private MessageJson() {}

  /// A message as clients see it.
  public static ObjectNode write(Message message) {
    return Fields.node(message, MessageJson::write);
  }

  static void write(Fields out, Message message) throws IOException {
    RunId run = message.runId();
    out.text("runId", run == null ? null : run.value());
    out.text("messageId", message.messageId());
    out.word("role", message.role());
    ContentJson.write(out, "content", message.content(), message.parts());
    out.instant("timestamp", message.timestamp());
    out.tree("metadata", message.metadata());
  }

  static Message read(Members in) {
    ContentJson.Content content = ContentJson.read(in, "content");
    return new Message(
        in.text("messageId"),
        in.word(Role.class, "role"),
        content.text(),
        content.parts(),
        in.instant("timestamp"),
        runId(in),
        in.objectOrNull("metadata"));
  }

  private static @Nullable RunId runId(Members in) {
    String run = in.textOrNull("runId");
    return run == null ? null : new RunId(run);
  }
}
