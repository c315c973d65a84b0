package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;

/// A request to follow a thread: from where, with which reader, and on which context the reader is
/// called.
record Follow(
    FollowRequest request,
    FeedReader reader,
    OwnerLoops.CallerContext caller,
    PendingSubscription handover) {
  /// The same reader, from a run's first fact.
  Follow from(Answer.RunAccepted run) {
    return new Follow(request.from(run.run(), run.seq()), reader, caller, handover);
  }
}
