package dev.artserver.thread;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadEvent;
import java.util.Objects;

/// Whether a fact found in a log is the fact that was sent. Not by `equals`: numbers in JSON may
/// come back from a store as another type of node, and a durable write must not count as lost.
final class FactIdentity {
  private FactIdentity() {}

  static boolean same(Fact sent, Fact found) {
    return sent.seq() == found.seq()
        && sent.stateVersion() == found.stateVersion()
        && sent.at().equals(found.at())
        && sent.event().getClass() == found.event().getClass()
        && Objects.equals(sent.event().run(), found.event().run())
        && idOf(sent.event()).equals(idOf(found.event()));
  }

  /// An id that no other event of this kind in the run has; empty: there is none.
  private static String idOf(ThreadEvent event) {
    return switch (event) {
      case ThreadEvent.StateChanged changed -> changed.operationId();
      case ThreadEvent.MessageAdded added -> added.message().messageId();
      case ThreadEvent.ModelCallStarted call -> call.callId();
      case ThreadEvent.ModelCallEnded call -> call.callId();
      case ThreadEvent.Thoughts thoughts -> thoughts.callId();
      case ThreadEvent.RunSuspended asked -> asked.questions().getFirst().call().callId();
      case ThreadEvent.RunResumed answered -> answered.verdicts().getFirst().callId();
      case ThreadEvent.ToolStarted tool -> tool.call().callId();
      case ThreadEvent.ToolEnded tool -> tool.result().callId();
      case ThreadEvent.Unknown _,
          ThreadEvent.ConfigChanged _,
          ThreadEvent.RunQueued _,
          ThreadEvent.RunStarted _,
          ThreadEvent.RunYielded _,
          ThreadEvent.RunPhase _,
          ThreadEvent.PlanUpdated _,
          ThreadEvent.ItemUpdated _,
          ThreadEvent.RunEnd _ ->
          "";
    };
  }
}
