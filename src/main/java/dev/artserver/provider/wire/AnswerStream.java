package dev.artserver.provider.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.artserver.model.ModelReply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The stream of one answer, from bytes to a reply: server-sent events, or JSON line by line, or
/// one JSON text. It only reads: where bytes come from, and what to do when they stop coming, is
/// the call's business.
public final class AnswerStream {
  /// Read of what makes no sense, in bytes.
  private static final int WORDS_MAX = 200;

  private final EventReader reader;
  private final AnswerDraft draft;
  private final Events events;

  /// @param lineMax longest line and event, in bytes
  public AnswerStream(EventReader reader, AnswerDraft draft, int lineMax) {
    this.reader = reader;
    this.draft = draft;
    this.events = new Events(lineMax, this::onEvent);
  }

  /// Takes what arrived; pieces of the answer wait in the draft for its `flush`.
  public void read(Buffer arrived) {
    if (!events.read(arrived)) {
      draft.faulty("it sent a line that is too long");
    }
  }

  /// Takes what stands after the last event, when the stream is over.
  public void end() {
    events.end();
    String strange = events.strange();
    if (strange != null && !complete() && draft.additions() == 0) {
      draft.faulty("it did not stream an answer but sent: " + strange);
    }
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
  /// reason is taken at its word, if it said anything.
  boolean complete() {
    return draft.fault() == null && draft.whole();
  }

  /// Why a stream that is over is no answer.
  String shortcoming() {
    return draft.ended()
        ? "it ended its answer without a word and without a reason"
        : "its stream ended before the answer did";
  }

  /// How often something was added to the answer; 0: nothing of it has come.
  public long additions() {
    return draft.additions();
  }

  /// Hands on what was added since the last time.
  public void flush() {
    draft.flush();
  }

  /// Hands on all that is left, when nothing follows.
  void flushAll() {
    draft.flushAll();
  }

  /// The answer so far.
  public ModelReply reply() {
    return draft.reply(reader.providerData(draft));
  }

  private void onEvent(byte[] bytes, int from, int to, boolean error) {
    if (draft.ended() || draft.fault() != null) {
      return;
    }
    try {
      if (error) {
        JsonTexts.read(
            bytes, from, to, in -> draft.brokeOff(ServiceError.of(in.readValueAsTree())));
      } else {
        reader.read(bytes, from, to, draft);
      }
    } catch (IOException e) {
      String words = new String(bytes, from, Math.min(to - from, WORDS_MAX), UTF_8);
      if (error) {
        draft.brokeOff(0, words);
      } else if (!draft.whole()) {
        draft.faulty("it sent what is not a chunk of an answer: " + words);
      }
    }
    if (draft.tooLarge()) {
      draft.faulty("its answer is too large");
    }
  }
}
