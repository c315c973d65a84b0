package dev.artserver.cluster;

import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import io.vertx.core.Future;

/// A reader of an owner here that gets nothing while this instance does not know whether it still
/// owns anything: after a pause longer than its lease, text may be that of a call that another
/// instance has made again. The part is refused, and the reader follows the thread again.
record AwakeReader(LeasedPeers peers, FeedReader reader) implements FeedReader {
  private static final Future<Void> PAUSED = Future.failedFuture("this instance was paused");

  @Override
  public Future<Void> onPart(FeedPart part) {
    return peers.isPaused() ? PAUSED : reader.onPart(part);
  }

  @Override
  public void onEnded(FeedEnd end) {
    reader.onEnded(end);
  }
}
