package dev.artserver.agent;

import dev.artserver.model.ActiveRun;
import dev.artserver.model.Message;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ToolSpec;
import java.util.List;

/// What an agent core decides from.
///
/// @param config of the run: the thread's with the run's options over it
/// @param run with the calls that are open, and those that ended, in the order they ended
/// @param history the conversation; its last message from this run's user is the query
/// @param document the state document now; people may have edited it since the last decision
/// @param tools the tools that are enabled for the thread and exist
public record AgentView(
    ThreadConfig config,
    ActiveRun run,
    List<Message> history,
    StateDocument document,
    List<ToolSpec> tools) {
  public AgentView {
    history = List.copyOf(history);
    tools = List.copyOf(tools);
  }
}
