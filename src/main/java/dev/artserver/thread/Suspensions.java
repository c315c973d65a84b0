package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Answer;
import dev.artserver.model.Failure;
import dev.artserver.model.Failure.Violation;
import dev.artserver.model.FailureException;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.OnTimeout;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Question;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStage;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import dev.artserver.model.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How questions of suspended runs are answered: by people, or by their defaults when time passes.
/// Each method decides one turn, so the first answer to a question wins.
final class Suspensions {
  private static final String INVALID_ANSWER = "INVALID_ANSWER";
  private static final String TIMED_OUT = "SUSPENSION_TIMEOUT";

  private final ThreadServices services;
  private final RunRules runs;

  Suspensions(ThreadServices services, RunRules runs) {
    this.services = services;
    this.runs = runs;
  }

  /// Null when a question it is about is not open: whether it was answered so stands in the log,
  /// which the caller reads.
  Answer.@Nullable Resumed resume(Draft draft, ThreadCommand.ResumeRun command) {
    if (!draft.state().exists()) {
      throw new FailureException(new Failure.NotFound("THREAD", command.thread().value()));
    }
    ActiveRun run = draft.state().run(command.run());
    List<OpenCall.OpenQuestion> open = run == null ? List.of() : run.questions();
    if (open.isEmpty() || !open.getFirst().suspensionId().equals(command.suspensionId())) {
      return null;
    }
    Map<Question, Verdict> answers = new LinkedHashMap<>();
    for (int i = 0; i < command.verdicts().size(); i++) {
      GivenVerdict given = command.verdicts().get(i);
      String place = command.verdicts().size() == 1 ? "" : "/answers/" + i;
      Question question = named(open, given, place);
      if (question == null) {
        return null;
      }
      check(question, given, place);
      if (answers.put(question, given.about(question.call().callId())) != null) {
        throw new FailureException(
            Failure.unprocessable(
                INVALID_ANSWER, place + "/callId", "must be named once", given.callId()));
      }
    }
    int left = open.size() - answers.size();
    answer(draft, command.run(), command.suspensionId(), answers, false, left);
    return new Answer.Resumed(command.run(), command.suspensionId(), draft.now(), left);
  }

  /// Lets the defaults decide the questions whose time has passed, and ends runs whose time limit
  /// passed while the thread needed no owner.
  Answer.Woken wake(Draft draft, ThreadId thread) {
    if (!draft.state().exists()) {
      throw new FailureException(new Failure.NotFound("THREAD", thread.value()));
    }
    ActiveRun current = draft.state().currentRun();
    if (current == null || !(current.stage() instanceof RunStage.Suspended)) {
      return new Answer.Woken(false);
    }
    for (ActiveRun run : draft.state().runs()) {
      Instant deadline = run.deadline();
      if (deadline != null && !draft.now().isBefore(deadline)) {
        Duration limit = run.request().timeout();
        runs.failed(draft, run.id(), null, new Failure.TimedOut("RUN_TIMEOUT", "the run", limit));
      }
    }
    expire(draft, current);
    return new Answer.Woken(!draft.facts().isEmpty());
  }

  private void expire(Draft draft, ActiveRun run) {
    List<OpenCall.OpenQuestion> open = run.questions();
    Map<Question, Verdict> answers = new LinkedHashMap<>();
    for (OpenCall.OpenQuestion one : open) {
      Question question = one.question();
      if (draft.now().isBefore(question.until())) {
        continue;
      }
      // Only a tool that can run needs no value from a person.
      boolean approvable = question.kind() == Question.Kind.APPROVAL;
      if (question.onTimeout() == OnTimeout.FAIL
          || (question.onTimeout() == OnTimeout.APPROVE && !approvable)) {
        Duration waited = Duration.between(one.since(), question.until());
        runs.failed(draft, run.id(), null, new Failure.TimedOut(TIMED_OUT, "the answer", waited));
        return;
      }
      boolean approved = question.onTimeout() == OnTimeout.APPROVE;
      String reason = approved ? null : "nobody answered in time";
      String callId = question.call().callId();
      answers.put(question, new Verdict(callId, approved, null, reason, null));
    }
    if (!answers.isEmpty()) {
      int left = open.size() - answers.size();
      answer(draft, run.id(), open.getFirst().suspensionId(), answers, true, left);
    }
  }

  private static void answer(
      Draft draft,
      RunId run,
      String suspension,
      Map<Question, Verdict> answers,
      boolean timedOut,
      int left) {
    draft.add(
        new ThreadEvent.RunResumed(run, suspension, List.copyOf(answers.values()), timedOut, left));
    answers.forEach((question, verdict) -> {
      ToolResult result = result(question, verdict);
      if (result != null) {
        draft.add(new ThreadEvent.ToolEnded(run, result, question.stepId()));
      }
    });
  }

  /// What the answer makes of the call; null: the tool runs.
  private static @Nullable ToolResult result(Question question, Verdict verdict) {
    ToolCall call = question.call();
    if (!verdict.approved()) {
      String reason = verdict.reason() == null ? "" : " Reason: " + verdict.reason();
      return switch (question.kind()) {
        case APPROVAL, FEEDBACK ->
            ToolResult.error(
                call,
                Gate.REJECTED,
                "a person refused this call; the tool did not run. Do not make the same call"
                    + " again."
                    + reason,
                0);
        case QUESTION ->
            ToolResult.error(call, Gate.REJECTED, "the person did not answer." + reason, 0);
        case CLIENT_TOOL ->
            ToolResult.error(
                call, "TOOL_EXECUTION_ERROR", "the client could not do it." + reason, 0);
      };
    }
    JsonNode value =
        verdict.value() == null ? JsonNodeFactory.instance.nullNode() : verdict.value();
    return switch (question.kind()) {
      case APPROVAL -> null;
      case QUESTION, CLIENT_TOOL -> ToolResult.success(call, value, 0);
      case FEEDBACK -> {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.put("approved", true);
        output.set("value", value);
        yield ToolResult.success(call, output, 0);
      }
    };
  }

  private static @Nullable Question named(
      List<OpenCall.OpenQuestion> open, GivenVerdict given, String place) {
    if (given.callId() == null) {
      if (open.size() == 1) {
        return open.getFirst().question();
      }
      List<String> ids = open.stream().map(OpenCall::callId).toList();
      throw new FailureException(
          Failure.unprocessable(
              INVALID_ANSWER, place + "/callId", "must be one of " + ids, "nothing"));
    }
    for (OpenCall.OpenQuestion one : open) {
      if (one.callId().equals(given.callId())) {
        return one.question();
      }
    }
    return null;
  }

  private void check(Question question, GivenVerdict given, String place) {
    List<Violation> wrong = new ArrayList<>();
    if (given.approved()) {
      checkValue(question, given, place + "/value", wrong);
    }
    checkArguments(question, given, place + "/modifiedArgs", wrong);
    if (!wrong.isEmpty()) {
      throw new FailureException(new Failure.Invalid(INVALID_ANSWER, 422, wrong));
    }
  }

  private void checkValue(
      Question question, GivenVerdict given, String place, List<Violation> wrong) {
    JsonNode value = given.value();
    boolean isResult =
        switch (question.kind()) {
          case QUESTION, CLIENT_TOOL -> true;
          case APPROVAL, FEEDBACK -> false;
        };
    if (value == null) {
      if (isResult || question.feedbackSchema() != null) {
        wrong.add(new Violation(place, "is required", null));
      }
      return;
    }
    int bytes = value.toString().getBytes(StandardCharsets.UTF_8).length;
    int most = services.tools().resultBytesMax();
    if (bytes > most) {
      wrong.add(new Violation(place, "must be at most " + most + " bytes", "" + bytes));
    } else if (question.feedbackSchema() != null) {
      wrong.addAll(services.tools().schemas().check(question.feedbackSchema(), value, place));
    }
  }

  private void checkArguments(
      Question question, GivenVerdict given, String place, List<Violation> wrong) {
    ObjectNode modified = given.modifiedArgs();
    if (modified == null) {
      return;
    }
    if (!question.modifiable() || !given.approved()) {
      String rule =
          question.modifiable()
              ? "must come with an approval"
              : "must not be given: the tool does not allow it";
      wrong.add(new Violation(place, rule, null));
      return;
    }
    services
        .tools()
        .find(question.call().toolName())
        .map(ToolSpec::inputSchema)
        .ifPresent(
            schema -> wrong.addAll(services.tools().schemas().check(schema, modified, place)));
  }
}
