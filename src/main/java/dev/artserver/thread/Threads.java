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
  /// Sends a command to the thread's owner and activates the thread when it is not active. The
  /// answer means that the command is carried out and durable. Idempotent when it carries an
  /// operation.
  <A extends Answer> Future<A> ask(ThreadCommand<A> command);

  /// Starts a run and follows it: `reader` misses nothing, not even the text of a call that ends at
  /// once. Otherwise as `ask` and `follow`.
  ///
  /// @param request what the reader gets of the run; its cursor and run are set to the accepted run
  Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest request, FeedReader reader);

  /// The thread's state document, from its owner's memory when it is active here, else from the
  /// store. Activates nothing. Contains the effect of every answered command. Fails with
  /// `NotFound`.
  Future<StateDocument> state(ThreadId id);

  /// Fails with `NotFound`.
  Future<ThreadHead> find(ThreadId id);

  Future<Page<ThreadHead>> list(ThreadQuery query);

  /// Facts of a thread that exists; fails with `NotFound`.
  Future<List<Fact>> facts(ThreadId id, FactQuery query);

  /// Replays from the request's cursor, then follows, also when the thread moves to another owner:
  /// the reader gets each fact once. Parts come on the caller's context, after the future has
  /// completed. Fails with `NotFound`, or `Full` (`OVERLOADED`) when the thread has its maximum of
  /// readers.
  Future<Subscription> follow(ThreadId id, FollowRequest request, FeedReader reader);

  /// @param following complete; failed when the run was accepted but cannot be followed
  record StartedRun(Answer.RunAccepted accepted, Future<Subscription> following) {}
}
