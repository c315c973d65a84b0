package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages a client adds to a conversation. The body fits the API's contract already.
public record NewMessagesRequest(List<NewMessage> messages) {
  public NewMessagesRequest {
    messages = List.copyOf(messages);
  }

  /// One of them.
  public record NewMessage(Role role, String content, @Nullable ObjectNode metadata) {}

  public static NewMessagesRequest read(ObjectNode body) {
    return new NewMessagesRequest(
        new Members(body)
            .objects(
                "messages",
                in ->
                    new NewMessage(
                        in.word(Role.class, "role"),
                        in.text("content"),
                        in.objectOrNull("metadata"))));
  }
}
