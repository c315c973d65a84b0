package dev.artserver.provider.wire;

import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ToolCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A conversation for services that keep instructions apart and require the two speakers to take
/// turns, the user first.
///
/// @param system what is said with a system's weight, in order, wherever it stood
public record Dialogue(List<String> system, List<Turn> turns) {
  /// Stands in for what a short memory has cut off before the model's first words.
  static final String EARLIER = "(The conversation began earlier.)";

  private static final String BETWEEN = "\n\n";

  /// Consecutive messages of one speaker. Results of tools are the user's and stand first, for they
  /// must follow their calls at once.
  public record Turn(boolean byModel, List<ModelMessage> messages) {
    public Turn {
      messages =
          messages.stream()
              .sorted(Comparator.comparing(message -> !(message instanceof ModelMessage.FromTool)))
              .toList();
    }
  }

  public Dialogue {
    system = List.copyOf(system);
    turns = List.copyOf(turns);
  }

  /// Messages without words are left out: these services refuse them.
  public static Dialogue of(List<ModelMessage> messages) {
    List<String> system = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    List<ModelMessage> said = new ArrayList<>();
    boolean byModel = false;
    for (ModelMessage message : messages) {
      if (message instanceof ModelMessage.FromSystem(String content)) {
        if (!content.isBlank()) {
          system.add(content);
        }
      } else if (says(message)) {
        boolean model = message instanceof ModelMessage.FromAssistant;
        if (model != byModel && (!said.isEmpty() || turns.isEmpty())) {
          turns.add(new Turn(byModel, said.isEmpty() ? earlier() : said));
          said = new ArrayList<>();
        }
        byModel = model;
        said.add(message);
      }
    }
    turns.add(new Turn(byModel, said.isEmpty() ? earlier() : said));
    return new Dialogue(system, turns);
  }

  /// The same as one list, for services whose templates take turns strictly: one system message
  /// first, if there is any, then each turn as one message, but for results of tools.
  public List<ModelMessage> inTurns() {
    List<ModelMessage> all = new ArrayList<>();
    if (!system.isEmpty()) {
      all.add(new ModelMessage.FromSystem(String.join(BETWEEN, system)));
    }
    for (Turn turn : turns) {
      all.addAll(turn.byModel() ? List.of(ofModel(turn.messages())) : ofUser(turn.messages()));
    }
    return all;
  }

  private static ModelMessage ofModel(List<ModelMessage> messages) {
    if (messages.size() == 1) {
      return messages.getFirst();
    }
    List<String> words = new ArrayList<>();
    List<ToolCall> calls = new ArrayList<>();
    for (ModelMessage message : messages) {
      if (message instanceof ModelMessage.FromAssistant said) {
        if (!said.content().isBlank()) {
          words.add(said.content());
        }
        calls.addAll(said.toolCalls());
      }
    }
    return new ModelMessage.FromAssistant(String.join(BETWEEN, words), calls);
  }

  private static List<ModelMessage> ofUser(List<ModelMessage> messages) {
    List<ModelMessage> all = new ArrayList<>();
    List<ModelMessage.FromUser> said = new ArrayList<>();
    for (ModelMessage message : messages) {
      if (message instanceof ModelMessage.FromUser user) {
        said.add(user);
      } else {
        all.add(message);
      }
    }
    if (said.size() == 1) {
      all.add(said.getFirst());
    } else if (!said.isEmpty()) {
      all.add(joined(said));
    }
    return all;
  }

  private static ModelMessage joined(List<ModelMessage.FromUser> said) {
    String words =
        String.join(
            BETWEEN,
            said.stream().map(ModelMessage.FromUser::content).filter(w -> !w.isBlank()).toList());
    List<ContentPart> parts = new ArrayList<>();
    if (said.stream().anyMatch(user -> !user.parts().isEmpty())) {
      for (ModelMessage.FromUser user : said) {
        List<ContentPart> own = user.parts();
        parts.addAll(own.isEmpty() ? List.of(new ContentPart.Text(user.content())) : own);
      }
    }
    return new ModelMessage.FromUser(words, parts);
  }

  private static List<ModelMessage> earlier() {
    return List.of(new ModelMessage.FromUser(EARLIER));
  }

  private static boolean says(ModelMessage message) {
    return switch (message) {
      case ModelMessage.FromSystem system -> !system.content().isBlank();
      case ModelMessage.FromUser user -> !user.content().isBlank() || !user.parts().isEmpty();
      case ModelMessage.FromAssistant assistant ->
          !assistant.content().isBlank() || !assistant.toolCalls().isEmpty();
      case ModelMessage.FromTool tool -> true;
    };
  }
}
