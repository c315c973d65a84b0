package dev.artserver.app.server;

import dev.artserver.model.Fact;
import dev.artserver.model.Role;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Counts runs by what became of them. A run counts once as queued, once as running however often
/// it is begun again or gives way, and once as what it ends as.
///
/// @param counter told the status of each run
record RunCounts(Consumer<RunStatus> counter) implements BiConsumer<ThreadId, List<Fact>> {
  @Override
  public void accept(ThreadId thread, List<Fact> facts) {
    for (Fact fact : facts) {
      switch (fact.event()) {
        case ThreadEvent.RunQueued _ -> counter.accept(RunStatus.QUEUED);
        case ThreadEvent.MessageAdded added -> {
          // The question becomes part of the conversation when its run first begins.
          if (added.message().runId() != null && added.message().role() == Role.USER) {
            counter.accept(RunStatus.RUNNING);
          }
        }
        case ThreadEvent.RunEnd end -> counter.accept(end.status());
        case ThreadEvent.Unknown _,
            ThreadEvent.ConfigChanged _,
            ThreadEvent.StateChanged _,
            ThreadEvent.RunStarted _,
            ThreadEvent.RunPhase _,
            ThreadEvent.PlanUpdated _,
            ThreadEvent.ItemUpdated _,
            ThreadEvent.ModelCallStarted _,
            ThreadEvent.Thoughts _,
            ThreadEvent.ToolStarted _,
            ThreadEvent.RunYielded _,
            ThreadEvent.RunSuspended _,
            ThreadEvent.RunResumed _,
            ThreadEvent.ModelCallEnded _,
            ThreadEvent.ToolEnded _ -> {}
      }
    }
  }
}
