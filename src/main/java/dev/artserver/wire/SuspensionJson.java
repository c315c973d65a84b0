package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.AnsweredCall;
import dev.artserver.model.OnTimeout;
import dev.artserver.model.Question;
import dev.artserver.model.Risk;
import dev.artserver.model.Verdict;
import java.io.IOException;

/// JSON of questions and of answers to them.
public final class SuspensionJson {
  private SuspensionJson() {}

  static void question(Fields out, Question question) throws IOException {
    AgentJson.call(out, question.call());
    out.word("kind", question.kind());
    out.text("question", question.text());
    out.tree("feedbackSchema", question.feedbackSchema());
    out.flag("modifiable", question.modifiable());
    out.word("risk", question.risk());
    out.text("category", question.category());
    out.instant("until", question.until());
    out.word("onTimeout", question.onTimeout());
    out.text("stepId", question.stepId());
  }

  static Question question(Members in) {
    return new Question(
        AgentJson.call(in),
        in.word(Question.Kind.class, "kind"),
        in.text("question"),
        in.objectOrNull("feedbackSchema"),
        in.flag("modifiable"),
        in.word(Risk.class, "risk"),
        in.textOrNull("category"),
        in.instant("until"),
        in.word(OnTimeout.class, "onTimeout"),
        in.textOrNull("stepId"));
  }

  /// `{callId, approved, value?, reason?, modifiedArgs?}`.
  public static void verdict(Fields out, Verdict verdict) throws IOException {
    out.text("callId", verdict.callId());
    out.flag("approved", verdict.approved());
    out.tree("value", verdict.value());
    out.text("reason", verdict.reason());
    out.tree("modifiedArgs", verdict.modifiedArgs());
  }

  /// What `verdict` wrote.
  public static Verdict verdict(Members in) {
    JsonNode value = in.treeOrNull("value");
    ObjectNode modified = in.objectOrNull("modifiedArgs");
    return new Verdict(
        in.text("callId"), in.flag("approved"), value, in.textOrNull("reason"), modified);
  }

  static void answered(Fields out, AnsweredCall answered) throws IOException {
    out.object("call", answered.call(), AgentJson::call);
    out.object("verdict", answered.verdict(), SuspensionJson::verdict);
  }

  static AnsweredCall answered(Members in) {
    return new AnsweredCall(
        in.object("call", AgentJson::call), in.object("verdict", SuspensionJson::verdict));
  }
}
