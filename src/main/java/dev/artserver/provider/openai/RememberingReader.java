package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.EventReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads as `chunks` does, and keeps the thoughts for services that want them back.
///
/// @param field what the service calls them
record RememberingReader(EventReader chunks, String protocol, String field) implements EventReader {
  @Override
  public void read(byte[] bytes, int from, int to, AnswerDraft draft) throws IOException {
    chunks.read(bytes, from, to, draft);
  }

  @Override
  public @Nullable JsonNode providerData(AnswerDraft draft) {
    String thinking = draft.thinking();
    if (thinking.isEmpty()) {
      return null;
    }
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.putObject(protocol).put(field, thinking);
    return data;
  }
}
