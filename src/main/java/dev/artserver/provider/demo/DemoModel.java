package dev.artserver.provider.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Decides what the demo model answers, from the request alone: the same request, the same answer.
/// It plans, does sums with the `calculator` tool, and otherwise says what it is. A message that
/// holds `[[demo:fail]]` or `[[demo:stall]]` gets what it asks for.
final class DemoModel {
  private static final String CALCULATOR = "calculator";
  private static final String NAME = "(demo model)";
  private static final String PASSAGE =
      "you asked about {topics}. I am built into the server and know nothing of the world, so these words"
          + " only show how an answer arrives: piece by piece, as from any other model.";
  private static final int TOPICS_MAX = 5;
  private static final Set<String> COMMON =
      Set.of(
          "about", "could", "does", "from", "have", "into", "please", "should", "tell", "that",
          "their", "them", "then", "there", "these", "this", "those", "what", "when", "where",
          "which", "will", "with", "would", "your");

  private final ObjectMapper mapper = new ObjectMapper();

  /// @param words about how long an answer without a result is
  DemoAnswer answer(ModelRequest request, int words) {
    String task = lastUserMessage(request);
    if (task.contains("[[demo:fail]]")) {
      return new DemoAnswer.Fails();
    }
    if (task.contains("[[demo:stall]]")) {
      return new DemoAnswer.Stalls();
    }
    return switch (request.phase()) {
      case PLANNING -> plan(request, task);
      case EXECUTION -> step(request, task, words);
      case SYNTHESIS -> synthesis(request, task, words);
    };
  }

  private DemoAnswer plan(ModelRequest request, String query) {
    List<String> topics = topics(query);
    String topic = String.join(" ", topics);
    ObjectNode plan = mapper.createObjectNode();
    ArrayNode items = mapper.createArrayNode();
    Optional<String> sum = Arithmetic.lastIn(query);
    if (sum.isPresent() && knowsCalculator(request)) {
      item(items, "Calculate " + sum.get(), List.of(CALCULATOR), "the number");
    } else {
      item(items, "Consider what is known about " + topic, List.of(), "the main points");
      if (topics.size() > 3) {
        item(items, "Put together an answer about " + topic, List.of(), "a short answer");
      }
    }
    plan.put("title", "About " + topic);
    plan.put("intent", "The user asks about " + topic + ".");
    plan.put("plan", "Work through " + items.size() + " step(s), then answer. " + NAME);
    plan.set("todoList", items);
    return new DemoAnswer.Says(
        "The user asks about " + topic + ". A short plan will do.", json(plan), List.of());
  }

  private void item(ArrayNode items, String description, List<String> tools, String outcome) {
    int number = items.size() + 1;
    ObjectNode item = items.addObject();
    item.put("id", String.valueOf(number));
    item.put("description", description);
    ArrayNode required = item.putArray("requiredTools");
    tools.forEach(required::add);
    ArrayNode dependencies = item.putArray("dependencies");
    if (number > 1) {
      dependencies.add(String.valueOf(number - 1));
    }
    item.put("expectedOutcome", outcome);
  }

  private DemoAnswer step(ModelRequest request, String task, int words) {
    List<String> results = toolResultsAfterTask(request);
    if (!results.isEmpty()) {
      return says("The result is " + String.join(", ", results) + ". " + NAME);
    }
    Optional<String> sum = Arithmetic.lastIn(task);
    if (sum.isPresent()
        && request.tools().stream().map(ToolSpec::name).anyMatch(CALCULATOR::equals)) {
      ObjectNode arguments = mapper.createObjectNode().put("expression", sum.get());
      ToolCall call = new ToolCall(request.callId() + "-0", CALCULATOR, json(arguments));
      return new DemoAnswer.Says("This calls for the calculator.", "", List.of(call));
    }
    return says(filled("Considered", task, words));
  }

  private DemoAnswer synthesis(ModelRequest request, String task, int words) {
    List<String> results = stepResults(task);
    if (results.isEmpty()) {
      results = toolResultsAfterTask(request);
    }
    return says(
        results.isEmpty()
            ? filled("Here is what I can say", task, words)
            : "Here is the answer " + NAME + ": " + String.join(" ", results));
  }

  private static DemoAnswer says(String text) {
    return new DemoAnswer.Says("", text, List.of());
  }

  /// A text of about the wished length that says what it is.
  private static String filled(String opening, String task, int words) {
    String passage = PASSAGE.replace("{topics}", String.join(" ", topics(task)));
    String[] source = passage.split(" ");
    StringBuilder text = new StringBuilder(opening + " " + NAME + ":");
    for (int i = 0; i < words; i++) {
      text.append(' ').append(source[i % source.length]);
    }
    boolean complete = text.charAt(text.length() - 1) == '.';
    return complete ? text.toString() : text.append('.').toString();
  }

  private static boolean knowsCalculator(ModelRequest request) {
    boolean offered = request.tools().stream().map(ToolSpec::name).anyMatch(CALCULATOR::equals);
    return offered
        || request.messages().stream()
            .anyMatch(message ->
                message instanceof ModelMessage.FromSystem(String content)
                    && content.contains(CALCULATOR));
  }

  private static String lastUserMessage(ModelRequest request) {
    for (ModelMessage message : request.messages().reversed()) {
      if (message instanceof ModelMessage.FromUser user) {
        return user.content();
      }
    }
    return "";
  }

  private List<String> toolResultsAfterTask(ModelRequest request) {
    List<String> results = new ArrayList<>();
    for (ModelMessage message : request.messages()) {
      switch (message) {
        case ModelMessage.FromUser user -> results.clear();
        case ModelMessage.FromTool tool -> results.add(plain(tool.content()));
        case ModelMessage.FromSystem system -> {}
        case ModelMessage.FromAssistant assistant -> {}
      }
    }
    return results;
  }

  /// The calculator's `{"result": 3}` is said as `3`, any other result as it is.
  private String plain(String result) {
    try {
      JsonNode value = mapper.readTree(result).path("result");
      return value.isValueNode() ? value.asText() : result;
    } catch (JsonProcessingException notJson) {
      return result;
    }
  }

  /// Results as the agent shows them: paragraphs of a line `[id] description` and the result.
  private static List<String> stepResults(String task) {
    List<String> results = new ArrayList<>();
    for (String paragraph : task.split("\n\n")) {
      int line = paragraph.indexOf('\n');
      if (paragraph.startsWith("[") && line > 0) {
        results.add(paragraph.substring(line + 1).replace(NAME, "").strip());
      }
    }
    return results;
  }

  /// The words that matter, never none; of a step's task, those of the user's request in it.
  private static List<String> topics(String task) {
    int request = task.indexOf("request:\n");
    String query = request < 0 ? task : task.substring(request + 9).split("\n\n", 2)[0];
    Set<String> topics = new LinkedHashSet<>();
    for (String word : query.split("[^\\p{L}\\p{N}]+")) {
      String lower = word.toLowerCase(Locale.ROOT);
      if (lower.length() > 3
          && lower.length() < 40
          && !COMMON.contains(lower)
          && topics.size() < TOPICS_MAX) {
        topics.add(lower);
      }
    }
    return topics.isEmpty() ? List.of("something") : List.copyOf(topics);
  }

  private String json(ObjectNode node) {
    try {
      return mapper.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
