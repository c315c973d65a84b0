package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.EventReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads chunks and keeps the details of reasoning, for OpenRouter wants them back.
final class DetailsReader implements EventReader {
  private final ReasoningDetails details = new ReasoningDetails();
  private final ChunkReader chunks = new ChunkReader(details);

  @Override
  public void read(byte[] bytes, int from, int to, AnswerDraft draft) throws IOException {
    chunks.read(bytes, from, to, draft);
  }

  @Override
  public @Nullable JsonNode providerData(AnswerDraft draft) {
    ArrayNode all = details.all();
    if (all.isEmpty()) {
      return null;
    }
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set(ChatRequest.OPENROUTER, all);
    return data;
  }
}
