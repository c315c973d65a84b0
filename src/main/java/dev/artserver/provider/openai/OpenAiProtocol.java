package dev.artserver.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Protocol;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Chat completions as OpenAI defined them and many services speak them.
public final class OpenAiProtocol implements Protocol {
  private final Dialect dialect;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ChatRequest requests;
  private final ChunkReader chunks = new ChunkReader();

  public OpenAiProtocol(Dialect dialect) {
    this.dialect = dialect;
    this.requests = new ChatRequest(mapper, dialect);
  }

  @Override
  public String path(ModelRequest request) {
    return "/chat/completions";
  }

  @Override
  public Buffer body(ModelRequest request) {
    return requests.write(request);
  }

  @Override
  public @Nullable String imageRule(ContentPart.Image image) {
    return dialect == Dialect.DEEPSEEK ? "must be text" : null;
  }

  /// Only what is kept for the next request makes a reader one answer's own.
  @Override
  public EventReader reader() {
    return switch (dialect) {
      case OPENAI, GROQ -> chunks;
      case DEEPSEEK -> new RememberingReader(chunks, ChatRequest.DEEPSEEK, ChatRequest.REASONING);
      case OPENROUTER -> new DetailsReader();
    };
  }
}
