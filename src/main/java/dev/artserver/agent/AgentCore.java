package dev.artserver.agent;

/// How an agent proceeds. Pure: it decides from its view alone, has no effects, and gives the same
/// decision for the same view. One core serves all threads.
public interface AgentCore {
  /// Its name in a thread's configuration.
  String name();

  /// What is next. Called when a run begins and after each end of a call, again and again until it
  /// waits or ends the run. So a core may have several calls open at once, each under its own step;
  /// `view.run().openCalls()` says which.
  Decision next(AgentView view);
}
