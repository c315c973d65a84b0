package dev.artserver.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.WholeText;
import org.jspecify.annotations.Nullable;

/// Text of a model call under way, as clients see it: `{runId, callId, phase, stepId?, kind,
/// offset, text}`. Written by hand, since the server writes nothing more often.
public record TokenView(
    RunId run,
    String callId,
    Phase phase,
    @Nullable String stepId,
    boolean thinking,
    long offset,
    String text) {

  /// Appends its members, without braces.
  public void appendMembersTo(StringBuilder out) {
    appendHeadTo(out);
    out.append(offset).append(",\"text\":\"");
    JsonStringEncoder.getInstance().quoteAsString(WholeText.of(text), out);
    out.append('"');
  }

  /// Appends the members up to the value of `offset`. They are the same for all texts of this kind
  /// of the call.
  public void appendHeadTo(StringBuilder out) {
    out.append("\"runId\":\"").append(run.value()).append("\",\"callId\":\"");
    JsonStringEncoder encoder = JsonStringEncoder.getInstance();
    encoder.quoteAsString(callId, out);
    out.append("\",\"phase\":\"").append(Fields.lower(phase)).append('"');
    if (stepId != null) {
      out.append(",\"stepId\":\"");
      encoder.quoteAsString(stepId, out);
      out.append('"');
    }
    out.append(thinking ? ",\"kind\":\"thinking\"" : ",\"kind\":\"response\"");
    out.append(",\"offset\":");
  }
}
