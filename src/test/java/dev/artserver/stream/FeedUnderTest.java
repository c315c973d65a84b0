package dev.artserver.stream;

import static dev.artserver.stream.ThreadScript.RUN;
import static dev.artserver.stream.ThreadScript.callStarted;

import dev.artserver.model.Phase;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A feed of one thread, whose context the test runs.
abstract class FeedUnderTest {
  static final FeedConfig CONFIG =
      new FeedConfig(4, 100_000, 3, Duration.ofSeconds(10), 2, Duration.ofMillis(16));

  final ThreadScript script = new ThreadScript();
  final Tasks owner = new Tasks();

  /// Where replays began.
  final List<Long> reads = new ArrayList<>();

  final Feed feed =
      new Feed(
          new ThreadId("t1"),
          0,
          CONFIG,
          (after, limit) -> {
            reads.add(after);
            return Future.succeededFuture(script.read(after, limit));
          },
          owner,
          FlushClock.NONE);

  final ListeningReader follow(FollowRequest request) {
    ListeningReader reader = new ListeningReader();
    feed.subscribe(request, reader, Feed.SAME_LOOP);
    return reader;
  }

  final void startCall(String callId) {
    feed.publish(script.write(callStarted(RUN, callId)));
    feed.callStarted(RUN, callId, Phase.EXECUTION, null);
  }

  static FollowRequest everything(long after) {
    return new FollowRequest(after, true, Set.of(), null);
  }
}
