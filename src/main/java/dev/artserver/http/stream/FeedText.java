package dev.artserver.http.stream;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.ThreadView;
import dev.artserver.wire.TokenView;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What happens to threads, as WebSocket messages.
public final class FeedText {
  private static final int TYPICAL_BYTES = 512;

  private FeedText() {}

  /// One item as a WebSocket message.
  public static String message(ThreadId thread, FeedPart.Item item) {
    StringBuilder text = new StringBuilder(TYPICAL_BYTES);
    switch (item) {
      case FeedPart.FactItem(Fact fact) -> {
        String envelope =
            new String(FactJson.envelope(ThreadView.shown(fact)), StandardCharsets.UTF_8);
        text.append("{\"type\":\"event\",\"threadId\":\"").append(thread.value()).append("\",");
        text.append(envelope, 1, envelope.length());
      }
      case FeedPart.TokenItem token -> {
        text.append("{\"type\":\"token\",\"threadId\":\"").append(thread.value()).append("\",");
        view(token).appendMembersTo(text);
        text.append('}');
      }
    }
    return text.toString();
  }

  public static String endMessage(ThreadId thread, FeedEnd end) {
    return "{\"type\":\"end\",\"threadId\":\""
        + thread.value()
        + "\",\"reason\":\""
        + reason(end)
        + "\"}";
  }

  public static TokenView view(FeedPart.TokenItem token) {
    return new TokenView(
        token.run(),
        token.callId(),
        token.phase(),
        token.stepId(),
        token.thinking(),
        token.offset(),
        token.text());
  }

  static String reason(FeedEnd end) {
    return end.name().toLowerCase(Locale.ROOT);
  }
}
