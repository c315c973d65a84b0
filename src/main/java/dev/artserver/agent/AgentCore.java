package dev.artserver.agent;

/// How an agent proceeds. Pure: it decides from what it is shown, does nothing itself, and decides
/// the same when shown the same. One core serves all threads.
public interface AgentCore {
  /// What a thread's configuration calls it.
  String name();

  /// What is next. Called when a run begins and after each end of a call, again and again until it
  /// waits or ends the run. So a core may have several calls open at once, each under its own step;
  /// `view.run().openCalls()` says which.
  Decision next(AgentView view);
}
