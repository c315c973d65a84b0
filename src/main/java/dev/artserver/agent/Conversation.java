package dev.artserver.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Message;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunRequest;
import java.util.List;

/// The thread's conversation as a run sees it: what was said before its query, the query, and what
/// clients added since.
///
/// @param from index of the first message shown
/// @param at index of the query; the size of `messages` when it is not among them
/// @param parts the query's, as of `Message`
record Conversation(
    List<Message> messages, int from, int at, String query, List<ContentPart> parts) {

  /// Shows the query and what was said before it, `historyLimit` messages together.
  static Conversation of(AgentView view) {
    List<Message> messages = view.history();
    int at = indexOfQuery(messages, view.run().id());
    int before = Math.max(0, view.config().historyLimit() - 1);
    int from = Math.max(0, at - before);
    if (at < messages.size()) {
      Message query = messages.get(at);
      return new Conversation(messages, from, at, query.content(), query.parts());
    }
    RunRequest asked = view.run().request();
    return new Conversation(messages, from, at, asked.query(), asked.parts());
  }

  private static int indexOfQuery(List<Message> messages, RunId run) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      Message message = messages.get(i);
      if (message.role() == Role.USER && run.equals(message.runId())) {
        return i;
      }
    }
    return messages.size();
  }

  /// The query as the user put it.
  ModelMessage asked() {
    return new ModelMessage.FromUser(query, parts);
  }

  /// `task` in the place of the query's words, with the images that came with them.
  ModelMessage asked(String task) {
    return new ModelMessage.FromUser(task, ContentPart.imagesWith(task, parts));
  }

  void addBefore(List<ModelMessage> target) {
    add(target, from, at);
  }

  void addAfter(List<ModelMessage> target) {
    add(target, at + 1, messages.size());
  }

  private void add(List<ModelMessage> target, int begin, int end) {
    for (int i = begin; i < end; i++) {
      Message message = messages.get(i);
      if (!message.content().isBlank() || !message.parts().isEmpty()) {
        target.add(shown(message));
      }
    }
  }

  /// A tool's message is shown as a user's message: providers refuse a tool result without its
  /// call, and a system message would have too much authority.
  private static ModelMessage shown(Message message) {
    return switch (message.role()) {
      case USER -> new ModelMessage.FromUser(message.content(), message.parts());
      case AI -> new ModelMessage.FromAssistant(message.content(), List.of());
      case SYSTEM -> new ModelMessage.FromSystem(message.content());
      case TOOL -> new ModelMessage.FromUser(toolName(message) + message.content());
    };
  }

  private static String toolName(Message message) {
    JsonNode name = message.metadata() == null ? null : message.metadata().get("name");
    return name == null ? "[result of a tool] " : "[result of tool " + name.asText() + "] ";
  }
}
