package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

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
          if (!(in.readValueAsTree() instanceof ObjectNode event)) {
            throw new IOException("not an object");
          }
          read(event, draft);
        });
  }

  /// Takes one event.
  protected abstract void read(JsonNode event, AnswerDraft draft);
}
