package dev.artserver.provider.wire;

import dev.artserver.model.ModelReply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The stream of one answer, from bytes to a reply: server-sent events, or JSON line by line. It
/// only reads: where bytes come from, and what to do when they stop coming, is the call's business.
public final class AnswerStream implements Lines.Reader {
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private final EventReader events;
  private final AnswerDraft draft;
  private final Lines lines;

  /// @param lineMax longest line, in bytes
  public AnswerStream(EventReader events, AnswerDraft draft, int lineMax) {
    this.events = events;
    this.draft = draft;
    this.lines = new Lines(lineMax);
  }

  /// Takes what arrived; pieces of the answer wait in the draft for its `flush`.
  public void read(Buffer arrived) {
    if (!lines.read(arrived, this)) {
      draft.faulty("it sent a line that is too long");
    }
  }

  /// Takes what stands after the last line end, when the stream is over.
  public void end() {
    lines.end(this);
  }

  /// Whether the service said that nothing follows.
  public boolean done() {
    return draft.ended();
  }

  /// What is wrong with the stream; null: nothing so far.
  public @Nullable Fault fault() {
    return draft.fault();
  }

  /// Whether all of the answer is here. A service that ends the stream in due form but gives no
  /// reason is taken at its word.
  boolean complete() {
    return draft.fault() == null && (draft.stopped() || draft.ended());
  }

  /// How often something was added to the answer; 0: nothing of it has come.
  public long additions() {
    return draft.additions();
  }

  /// Hands on what was added since the last time.
  public void flush() {
    draft.flush();
  }

  /// The answer so far.
  public ModelReply reply() {
    return draft.reply(events.providerData(draft));
  }

  @Override
  public void onLine(byte[] bytes, int from, int to) {
    if (from == to || draft.ended() || draft.fault() != null) {
      return;
    }
    if (isData(bytes, from, to)) {
      int start = from + DATA.length;
      onData(bytes, start < to && bytes[start] == ' ' ? start + 1 : start, to);
    } else if (bytes[from] == '{') {
      // A line of JSON, or an error some services send with status 200 and no event around it.
      onData(bytes, from, to);
    }
  }

  private void onData(byte[] bytes, int from, int to) {
    if (from == to) {
      return;
    }
    try {
      events.read(bytes, from, to, draft);
    } catch (IOException e) {
      draft.faulty("it sent what is not a chunk of an answer");
    }
    if (draft.tooLarge()) {
      draft.faulty("its answer is too large");
    }
  }

  private static boolean isData(byte[] bytes, int from, int to) {
    return to - from >= DATA.length
        && Arrays.equals(bytes, from, from + DATA.length, DATA, 0, DATA.length);
  }
}
