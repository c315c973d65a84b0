package dev.artserver.agent;

import dev.artserver.model.Phase;
import dev.artserver.model.RunStep;
import java.util.Optional;

/// Plan, execute, synthesise: the model makes a todo list for the query, does its items one by one,
/// each with tools as needed, and answers from their results. A plan of one item without tools
/// costs three model calls, a plan without items two.
///
/// Each run makes its own plan. People may change the todo list while it works: every decision
/// reads it again from the state document. The step begun last says how far a run has come; it is
/// logged together with the plan or item that changed. So a decision that is lost in a crash is
/// made again in the same way.
///
/// A run fails with `PLANNING_FAILED`, `AGENT_PROCESSING_ERROR` (no item succeeded),
/// `SYNTHESIS_FAILED` or `EMPTY_ANSWER`. A failed item does not end the run: items that depend on
/// it are cancelled, the others are done.
public final class PesAgent implements AgentCore {
  public static final String NAME = "pes";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Decision next(AgentView view) {
    if (!view.run().openCalls().isEmpty()) {
      return new Decision.Wait();
    }
    Progress progress = new Progress(view);
    RunStep step = view.run().lastStep();
    Optional<Decision> decision = Optional.empty();
    if (step == null || step.phase() == Phase.PLANNING) {
      decision = Planning.next(progress);
    }
    return decision.or(() -> Steps.next(progress)).orElseGet(() -> Synthesis.next(progress));
  }
}
