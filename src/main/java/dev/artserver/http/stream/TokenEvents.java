package dev.artserver.http.stream;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.artserver.stream.FeedPart.TokenItem;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Tokens as Server-Sent Events of one stream. All of a call and kind begin with the same words,
/// and tokens are what the server writes most, so the words of the last one are kept.
public final class TokenEvents {
  private static final byte[] END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEXT = ",\"text\":\"".getBytes(StandardCharsets.US_ASCII);

  private @Nullable String callId;
  private boolean thinking;
  private byte[] head = {};

  public void append(TokenItem token, Buffer out) {
    out.appendBytes(head(token));
    out.appendString(Long.toString(token.offset()));
    out.appendBytes(TEXT);
    out.appendBytes(JsonStringEncoder.getInstance().quoteAsUTF8(token.text()));
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
}
