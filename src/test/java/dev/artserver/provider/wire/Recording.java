package dev.artserver.provider.wire;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One answer of a scripted service, step by step. Immutable; each method adds a step.
///
/// @param pieceSize writes are cut into pieces of so many bytes; 0: each step is one write
public record Recording(int status, Map<String, String> headers, List<Step> steps, int pieceSize) {
  /// What the service does next. A recording that does not `End` keeps the stream open.
  public sealed interface Step {
    record Send(Buffer bytes) implements Step {}

    record Pause(Duration time) implements Step {}

    record End() implements Step {}

    record Reset() implements Step {}
  }

  public Recording {
    headers = Map.copyOf(headers);
    steps = List.copyOf(steps);
  }

  /// A stream that begins well.
  public static Recording stream() {
    return new Recording(200, Map.of("Content-Type", "text/event-stream"), List.of(), 0);
  }

  /// A refusal.
  public static Recording error(int status, String body, Map<String, String> headers) {
    return new Recording(status, headers, List.of(), 0).send(body).end();
  }

  /// Each text in a write of its own.
  public Recording send(String... texts) {
    Recording sent = this;
    for (String text : texts) {
      sent = sent.then(new Step.Send(Buffer.buffer(text)));
    }
    return sent;
  }

  public Recording pause(Duration time) {
    return then(new Step.Pause(time));
  }

  public Recording end() {
    return then(new Step.End());
  }

  public Recording reset() {
    return then(new Step.Reset());
  }

  public Recording inPiecesOf(int bytes) {
    return new Recording(status, headers, steps, bytes);
  }

  /// All it sends, as one.
  public Buffer bytes() {
    Buffer all = Buffer.buffer();
    for (Step step : steps) {
      if (step instanceof Step.Send(Buffer bytes)) {
        all.appendBuffer(bytes);
      }
    }
    return all;
  }

  private Recording then(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new Recording(status, headers, more, pieceSize);
  }
}
