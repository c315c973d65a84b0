package dev.artserver.provider.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.Arguments;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads one piece of a tool call. Members that are not OpenAI's own are kept and go back with the
/// call unchanged, such as the signature Google puts into `extra_content`.
final class CallReader {
  /// Where they stand in a call's `providerData`.
  static final String PROTOCOL = "openai";

  static final String CALL = "call";
  static final String FUNCTION = "function";

  private final ObjectNode ofCall = JsonNodeFactory.instance.objectNode();
  private final ObjectNode ofFunction = JsonNodeFactory.instance.objectNode();
  private int index = AnswerDraft.NO_INDEX;
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable String arguments;
  private @Nullable String type;

  private CallReader() {}

  /// @param position among the pieces of its chunk
  static void read(JsonParser in, int position, AnswerDraft draft) throws IOException {
    CallReader piece = new CallReader();
    piece.call(in);
    piece.addTo(draft, position);
  }

  /// The only call there could be before `tool_calls`.
  static void readOld(JsonNode call, AnswerDraft draft) {
    if (call.isObject()) {
      draft.toolCall(
          0, null, call.path("name").textValue(), Arguments.text(call.path("arguments")));
    }
  }

  private void call(JsonParser in) throws IOException {
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "index" -> {
          if (value == JsonToken.VALUE_NUMBER_INT) {
            index = in.getIntValue();
          } else {
            in.skipChildren();
          }
        }
        case "id" -> id = scalar(in);
        case "type" -> type = scalar(in);
        case FUNCTION -> {
          if (value == JsonToken.START_OBJECT) {
            function(in);
          } else {
            in.skipChildren();
          }
        }
        default -> keep(in, field, ofCall);
      }
    }
  }

  private void function(JsonParser in) throws IOException {
    for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (field) {
        case "name" -> name = scalar(in);
        case "arguments" -> {
          if (value == JsonToken.VALUE_STRING) {
            arguments = in.getText();
          } else if (value != JsonToken.VALUE_NULL) {
            JsonNode read = in.readValueAsTree();
            arguments = Arguments.text(read);
          }
        }
        default -> keep(in, field, ofFunction);
      }
    }
  }

  private static @Nullable String scalar(JsonParser in) throws IOException {
    if (in.currentToken().isStructStart()) {
      in.skipChildren();
      return null;
    }
    return in.getValueAsString();
  }

  private static void keep(JsonParser in, String field, ObjectNode kept) throws IOException {
    JsonNode value = in.readValueAsTree();
    if (!value.isNull()) {
      kept.set(field, value);
    }
  }

  private void addTo(AnswerDraft draft, int position) {
    boolean function = type == null || type.isEmpty() || type.equals(FUNCTION);
    if (!function && name == null) {
      // A tool of the service's own, which it runs itself.
      return;
    }
    boolean continues = (id == null || id.isEmpty()) && (name == null || name.isEmpty());
    boolean placed = index < 0 && continues && position > 0;
    draft.toolCall(placed ? position : index, id, name, arguments);
    if (!ofCall.isEmpty() || !ofFunction.isEmpty()) {
      ObjectNode data = JsonNodeFactory.instance.objectNode();
      ObjectNode own = data.putObject(PROTOCOL);
      if (!ofCall.isEmpty()) {
        own.set(CALL, ofCall);
      }
      if (!ofFunction.isEmpty()) {
        own.set(FUNCTION, ofFunction);
      }
      draft.providerData(data);
      draft.kept(data.toString().length());
    }
  }
}
