package dev.artserver.agent;

/// How an agent proceeds. Pure: it decides from what it is shown, does nothing itself, and decides
/// the same when shown the same. One core serves all threads.
public interface AgentCore {
  /// What a thread's configuration calls it.
  String name();

  /// What is next. Called when a run begins and whenever everything decided before has ended; never
  /// while a call is open.
  Decision next(AgentView view);
}
