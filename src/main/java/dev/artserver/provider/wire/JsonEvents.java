package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/// A reader of events that are JSON objects, as trees.
public abstract class JsonEvents implements EventReader {
  protected final ObjectMapper mapper;

  protected JsonEvents(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public final void read(byte[] bytes, int from, int to, AnswerDraft draft) throws IOException {
    JsonTexts.read(
        bytes,
        from,
        to,
        in -> {
          JsonNode tree = in.readValueAsTree();
          if (tree instanceof ArrayNode events) {
            for (JsonNode event : events) {
              readOne(event, draft);
            }
          } else {
            readOne(tree, draft);
          }
        });
  }

  private void readOne(JsonNode tree, AnswerDraft draft) throws IOException {
    if (!(tree instanceof ObjectNode event)) {
      throw new IOException("not an object");
    }
    Optional<Fault> error = ServiceError.in(event);
    if (error.isPresent()) {
      draft.brokeOff(error.get());
    } else {
      read(event, draft);
    }
  }

  /// Takes one event that is no error.
  protected abstract void read(JsonNode event, AnswerDraft draft);
}
