package dev.artserver.cluster;

import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import dev.artserver.wire.remote.FeedJson;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Messages about feeds between the instance that owns a thread and one that has readers of it. The
/// latter numbers its feeds; a number is never used twice.
final class FeedMessages {
  /// To the owner: follow a thread for a feed.
  static final String FOLLOW = "follow";

  /// To the owner: a feed is not needed any more.
  static final String UNFOLLOW = "unfollow";

  /// To the owner: which of some feeds it does not know.
  static final String KNOWN = "known";

  /// From the owner: the next part of a feed.
  static final String PART = "part";

  /// From the owner: why a feed ended.
  static final String ENDED = "ended";

  private FeedMessages() {}

  /// @param after the seq behind which the feed begins
  record Follow(long feed, ThreadId thread, long after) {}

  /// A part that has arrived.
  record Part(long feed, Buffer json) {}

  /// An end that has arrived.
  record Ended(long feed, FeedEnd end) {}

  static Buffer follow(Follow wanted) {
    return Buffer.buffer(Fields.bytes(wanted, FeedMessages::members));
  }

  static Follow follow(Buffer message) {
    Members in = Members.of(message.getBytes());
    return new Follow(in.number("feed"), new ThreadId(in.text("threadId")), in.number("after"));
  }

  private static void members(Fields out, Follow wanted) throws IOException {
    out.number("feed", wanted.feed);
    out.text("threadId", wanted.thread.value());
    out.number("after", wanted.after);
  }

  static Buffer part(long feed, byte[] json) {
    return Buffer.buffer(Long.BYTES + json.length).appendLong(feed).appendBytes(json);
  }

  static Part part(Buffer message) {
    return new Part(message.getLong(0), message.slice(Long.BYTES, message.length()));
  }

  static Buffer ended(long feed, FeedEnd end) {
    return Buffer.buffer().appendLong(feed).appendString(FeedJson.end(end));
  }

  static Ended ended(Buffer message) {
    return new Ended(
        message.getLong(0), FeedJson.end(message.getString(Long.BYTES, message.length())));
  }

  static Buffer feed(long feed) {
    return Buffer.buffer(Long.BYTES).appendLong(feed);
  }

  static long feed(Buffer message) {
    return message.getLong(0);
  }

  static Buffer feeds(List<Long> feeds) {
    Buffer message = Buffer.buffer(Long.BYTES * feeds.size());
    feeds.forEach(message::appendLong);
    return message;
  }

  static List<Long> feeds(Buffer message) {
    List<Long> feeds = new ArrayList<>();
    for (int at = 0; at + Long.BYTES <= message.length(); at += Long.BYTES) {
      feeds.add(message.getLong(at));
    }
    return feeds;
  }
}
