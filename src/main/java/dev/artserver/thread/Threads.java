package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Page;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import java.util.List;

/// All threads, wherever their owners are. Futures complete on the caller's context and fail with a
/// `FailureException`.
public interface Threads {
  /// Carries a command to the thread's owner, activating the thread when it is not active. The
  /// answer means done and durable. Sending it again is harmless when it carries an operation.
  <A extends Answer> Future<A> ask(ThreadCommand<A> command);

  /// Starts a run and follows it in one: `reader` misses nothing of it, not even the text of a call
  /// that is over at once. As `ask` and `follow` otherwise.
  ///
  /// @param wish what to hear of the run; its cursor and run are the ones of the run accepted
  Future<StartedRun> start(ThreadCommand.StartRun command, FollowRequest wish, FeedReader reader);

  /// The thread's state document, without activating it: as its owner believes it when it is active
  /// here, else as it is stored. Who got an answer to a command finds its effect. Fails with
  /// `NotFound`.
  Future<StateDocument> state(ThreadId id);

  /// Fails with `NotFound`.
  Future<ThreadHead> find(ThreadId id);

  Future<Page<ThreadHead>> list(ThreadQuery query);

  /// Facts of a thread that exists; fails with `NotFound`.
  Future<List<Fact>> facts(ThreadId id, FactQuery query);

  /// Replays from the request's cursor, then follows, also when the thread moves to another owner:
  /// the reader gets each fact once, and no end. Parts come on the caller's context, and none
  /// before the future has completed. Fails with `NotFound`, or `Full` (`OVERLOADED`) when the
  /// thread has as many readers as it may.
  Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader);

  /// @param following complete; failed when the run was accepted and cannot be followed
  record StartedRun(Answer.RunAccepted accepted, Future<Subscription> following) {}
}
