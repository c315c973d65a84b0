package dev.artserver.http.stream;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.artserver.http.exchange.StreamEncoder;
import dev.artserver.model.Fact;
import dev.artserver.model.WholeText;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedPart.TokenItem;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.ThreadView;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The Server-Sent Events of one stream. Tokens are what the server writes most, and all of one
/// call and kind begin with the same bytes, so those of the last token are kept.
final class EventEncoder implements StreamEncoder {
  private static final Buffer HINT = Buffer.buffer("retry: 2000\n\n");
  private static final Buffer COMMENT = Buffer.buffer(":\n\n");
  private static final byte[] END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEXT = ",\"text\":\"".getBytes(StandardCharsets.US_ASCII);

  private @Nullable String callId;
  private boolean thinking;
  private byte[] head = {};

  @Override
  public void appendBegin(Buffer out) {
    out.appendBuffer(HINT);
  }

  @Override
  public void appendPart(FeedPart part, Buffer out) {
    for (FeedPart.Item item : part.items()) {
      switch (item) {
        case FeedPart.FactItem(Fact fact) -> {
          out.appendString(
              "id: " + fact.seq() + "\nevent: " + FactJson.type(fact.event()) + "\ndata: ");
          out.appendBytes(FactJson.data(ThreadView.shown(fact)));
          out.appendString("\n\n");
        }
        case TokenItem token -> appendToken(token, out);
      }
    }
  }

  private void appendToken(TokenItem token, Buffer out) {
    out.appendBytes(head(token));
    out.appendString(Long.toString(token.offset()));
    out.appendBytes(TEXT);
    out.appendBytes(JsonStringEncoder.getInstance().quoteAsUTF8(WholeText.of(token.text())));
    out.appendBytes(END);
  }

  private byte[] head(TokenItem token) {
    if (!token.callId().equals(callId) || token.thinking() != thinking) {
      StringBuilder words = new StringBuilder("event: token\ndata: {");
      FeedText.view(token).appendHeadTo(words);
      head = words.toString().getBytes(StandardCharsets.UTF_8);
      callId = token.callId();
      thinking = token.thinking();
    }
    return head;
  }

  @Override
  public void appendEnd(FeedEnd end, Buffer out) {
    out.appendString("event: end\ndata: {\"reason\":\"" + FeedText.reason(end) + "\"}\n\n");
  }

  @Override
  public Buffer heartbeat() {
    return COMMENT;
  }
}
