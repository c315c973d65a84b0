package dev.artserver.provider.openai;

import dev.artserver.model.ModelReply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The stream of one answer, from bytes to a reply. It only reads: where bytes come from, and what
/// to do when they stop coming, is the call's business.
final class ChatStream implements SseLines.Reader {
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final ChunkReader chunks;
  private final AnswerDraft draft;
  private final SseLines lines;
  private boolean done;
  private @Nullable String fault;

  ChatStream(ChunkReader chunks, AnswerDraft draft, int lineMax) {
    this.chunks = chunks;
    this.draft = draft;
    this.lines = new SseLines(lineMax);
  }

  /// Takes what arrived; pieces of the answer wait in the draft for its `flush`.
  void read(Buffer arrived) {
    if (!lines.read(arrived, this)) {
      faulty("it sent a line that is too long");
    }
  }

  /// Takes what stands after the last line end, when the stream is over.
  void end() {
    lines.end(this);
  }

  /// Whether the service said that nothing follows.
  boolean done() {
    return done;
  }

  /// What is wrong with the stream; null: nothing so far.
  @Nullable String fault() {
    return fault;
  }

  /// Whether all of the answer is here. A service that ends the stream in due form but gives no
  /// reason is taken at its word.
  boolean complete() {
    return fault == null && (draft.complete() || done);
  }

  /// How often something was added to the answer; 0: nothing of it has come.
  long additions() {
    return draft.additions();
  }

  void flush() {
    draft.flush();
  }

  ModelReply reply() {
    return draft.reply();
  }

  @Override
  public void onLine(byte[] bytes, int from, int to) {
    if (from == to || done || fault != null) {
      return;
    }
    if (startsWith(bytes, from, to, DATA)) {
      int start = from + DATA.length;
      onData(bytes, start < to && bytes[start] == ' ' ? start + 1 : start, to);
    } else if (bytes[from] == '{') {
      // An error some services send with status 200 and no event around it.
      onData(bytes, from, to);
    }
  }

  private void onData(byte[] bytes, int from, int to) {
    if (startsWith(bytes, from, to, DONE)) {
      done = true;
      return;
    }
    if (from == to) {
      return;
    }
    try {
      chunks
          .read(bytes, from, to, draft)
          .ifPresent(message -> faulty("it broke off with an error: " + message));
    } catch (IOException e) {
      faulty("it sent what is not a chunk of an answer");
    }
    if (draft.tooLarge()) {
      faulty("its answer is too large");
    }
  }

  private void faulty(String what) {
    if (fault == null) {
      fault = what;
    }
  }

  private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
    return to - from >= prefix.length
        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
  }
}
