package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import io.vertx.core.Context;
import java.util.concurrent.Executor;

/// Who wants to follow a thread, from what, and where it hears of it.
///
/// @param context the reader's
/// @param loop the thread of `context`
record Follow(
    FollowRequest request,
    FeedReader reader,
    Context context,
    Thread loop,
    PendingSubscription handover) {
  /// The same reader, from a run's first fact.
  Follow from(Answer.RunAccepted run) {
    return new Follow(request.from(run.run(), run.seq()), reader, context, loop, handover);
  }

  /// How the reader is told by a thread that lives here.
  Executor executor() {
    return loop == Thread.currentThread()
        ? Feed.SAME_LOOP
        : task -> context.runOnContext(hop -> task.run());
  }
}
