package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.Verdict;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks up in the log how questions were answered that are not open any more.
final class AnsweredSuspensions {
  /// Facts of one run about its suspensions; a run asks at most this often.
  private static final int FACTS_MAX = 10_000;

  private static final Set<Class<? extends ThreadEvent>> KINDS = kinds();

  private AnsweredSuspensions() {}

  private static Set<Class<? extends ThreadEvent>> kinds() {
    Set<Class<? extends ThreadEvent>> kinds =
        new HashSet<>(ThreadEvent.kinds(ThreadEvent.RunEnd.class));
    kinds.add(ThreadEvent.RunSuspended.class);
    kinds.add(ThreadEvent.RunResumed.class);
    return Set.copyOf(kinds);
  }

  /// What the first answer got, when this one is the same. Fails with `SuspensionAnswered` when it
  /// is not, and with `NotFound` when there was no such suspension.
  static Future<Answer.Resumed> find(ThreadStore store, ThreadCommand.ResumeRun command) {
    FactQuery query = new FactQuery(0, Long.MAX_VALUE, KINDS, command.run(), FACTS_MAX, false);
    return store.read(command.thread(), query).map(facts -> compare(command, facts));
  }

  private static Answer.Resumed compare(ThreadCommand.ResumeRun command, List<Fact> facts) {
    boolean known = false;
    Fact end = null;
    Fact last = null;
    int same = 0;
    for (Fact fact : facts) {
      if (fact.event() instanceof ThreadEvent.RunSuspended asked) {
        known |= asked.suspensionId().equals(command.suspensionId());
      } else if (fact.event() instanceof ThreadEvent.RunResumed answered
          && answered.suspensionId().equals(command.suspensionId())) {
        for (Verdict first : answered.verdicts()) {
          GivenVerdict given = about(command, first.callId());
          if (given != null && !given.about(first.callId()).equals(first)) {
            throw answered(command, fact, winner(fact, answered));
          }
          same += given == null ? 0 : 1;
          last = fact;
        }
      } else if (fact.event() instanceof ThreadEvent.RunEnd) {
        end = fact;
      }
    }
    if (!known) {
      throw new FailureException(new Failure.NotFound("SUSPENSION", command.suspensionId()));
    }
    if (last != null
        && same == command.verdicts().size()
        && last.event() instanceof ThreadEvent.RunResumed answered) {
      return new Answer.Resumed(command.run(), command.suspensionId(), last.at(), answered.open());
    }
    if (last != null && last.event() instanceof ThreadEvent.RunResumed answered) {
      throw answered(command, last, winner(last, answered));
    }
    if (end != null) {
      throw answered(command, end, "the end of its run");
    }
    // The suspension is open, but has no such question.
    throw new FailureException(
        Failure.unprocessable(
            "INVALID_ANSWER", "/callId", "must be a question of the suspension", null));
  }

  private static FailureException answered(
      ThreadCommand.ResumeRun command, Fact fact, String winner) {
    return new FailureException(
        new Failure.SuspensionAnswered(command.run(), command.suspensionId(), winner, fact.at()));
  }

  private static String winner(Fact fact, ThreadEvent.RunResumed answered) {
    RecordedCaller caller = fact.caller();
    if (answered.timedOut()) {
      return "its time limit";
    }
    if (caller == null) {
      return "";
    }
    return caller.onBehalfOf() == null ? caller.id() : caller.onBehalfOf();
  }

  private static @Nullable GivenVerdict about(ThreadCommand.ResumeRun command, String callId) {
    for (GivenVerdict given : command.verdicts()) {
      if (given.callId() == null || given.callId().equals(callId)) {
        return given;
      }
    }
    return null;
  }
}
