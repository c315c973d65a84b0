package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.GivenVerdict;
import java.util.ArrayList;
import java.util.List;

/// A client's answer to a suspension: one answer in the body itself, or several in `answers`. Its
/// body was checked against the API's contract.
public record ResumeRequest(String suspensionId, List<GivenVerdict> answers) {
  public ResumeRequest {
    answers = List.copyOf(answers);
  }

  public static ResumeRequest read(ObjectNode body) {
    Members in = new Members(body);
    if (body.has("answers") == body.has("approved")) {
      throw PatchNode.wrong("/approved", "must be given, unless there are answers", null);
    }
    List<GivenVerdict> answers = new ArrayList<>();
    if (body.has("answers")) {
      answers.addAll(in.objects("answers", ResumeRequest::given));
    } else {
      answers.add(given(in));
    }
    return new ResumeRequest(in.text("suspensionId"), answers);
  }

  private static GivenVerdict given(Members in) {
    return new GivenVerdict(
        in.textOrNull("callId"),
        in.flag("approved"),
        in.treeOrNull("value"),
        in.textOrNull("reason"),
        in.objectOrNull("modifiedArgs"));
  }

  /// The members that distinguish requests with the same idempotency key, as of `StartRunRequest`.
  public static ObjectNode asked(ObjectNode body, String runId) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.setAll(body);
    asked.remove(List.of("type", "id", "idempotencyKey", "threadId"));
    asked.put("runId", runId);
    return asked;
  }
}
