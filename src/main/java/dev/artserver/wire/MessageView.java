package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Message;

/// JSON of a message in a list: that of `MessageJson`, with the `seq` for paging.
public final class MessageView {
  private MessageView() {}

  public static ObjectNode write(long seq, Message message) {
    ObjectNode node = MessageJson.write(message);
    node.put("seq", seq);
    return node;
  }
}
