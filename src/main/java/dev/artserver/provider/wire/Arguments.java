package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// A tool call's arguments for services that want them back as an object.
public final class Arguments {
  private Arguments() {}

  /// A service's arguments as a text: some put an object where others write its text.
  public static String text(JsonNode arguments) {
    if (arguments.isMissingNode() || arguments.isNull()) {
      return "";
    }
    return arguments.isTextual() ? arguments.textValue() : arguments.toString();
  }

  /// The arguments as the text of an object, for services that parse those of old calls: one broken
  /// text would make them refuse every later request.
  public static String objectText(ObjectMapper mapper, String arguments) {
    try {
      if (mapper.readTree(arguments) instanceof ObjectNode) {
        return arguments;
      }
    } catch (IOException e) {
      // As below.
    }
    return object(mapper, arguments).toString();
  }

  /// What is no JSON object, because the model was cut short or erred, stands whole under
  /// `unparsed`: the model sees what it wrote.
  public static ObjectNode object(ObjectMapper mapper, String arguments) {
    try {
      JsonNode read = mapper.readTree(arguments);
      if (read instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      // Broken, as models write them at times; the tool's result tells the model so.
    }
    ObjectNode object = mapper.createObjectNode();
    return arguments.isBlank() ? object : object.put("unparsed", arguments);
  }
}
