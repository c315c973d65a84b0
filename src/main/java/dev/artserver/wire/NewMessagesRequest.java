package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's request to add messages. Its body was checked against the API's contract.
public record NewMessagesRequest(List<NewMessage> messages) {
  public NewMessagesRequest {
    messages = List.copyOf(messages);
  }

  /// A message to add.
  public record NewMessage(
      Role role, String content, List<ContentPart> parts, @Nullable ObjectNode metadata) {}

  /// Fails with `Invalid` when an image breaks a rule, or is in a message that is not a user's.
  public static NewMessagesRequest read(ObjectNode body, ImageLimits limits) {
    List<NewMessage> messages = new ArrayList<>();
    for (JsonNode one : body.path("messages")) {
      messages.add(read((ObjectNode) one, "/messages/" + messages.size(), limits));
    }
    return new NewMessagesRequest(messages);
  }

  private static NewMessage read(ObjectNode message, String pointer, ImageLimits limits) {
    Members in = new Members(message);
    Role role = in.word(Role.class, "role");
    limits.check(in.tree("content"), pointer + "/content");
    ContentJson.Content content = ContentJson.read(in, "content");
    if (role != Role.USER
        && content.parts().stream().anyMatch(ContentPart.Image.class::isInstance)) {
      throw new FailureException(
          Failure.invalid(
              pointer + "/content", "may hold images only with the role user", in.text("role")));
    }
    return new NewMessage(role, content.text(), content.parts(), in.objectOrNull("metadata"));
  }
}
