package dev.artserver.cluster;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.thread.LocalThreads;
import dev.artserver.wire.remote.FeedJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The subscriptions other instances have to threads owned here, one per thread and instance. Each
/// part is a request, and the next part is sent when it was answered. So an instance that is slow
/// gets larger parts, not more messages, and costs no memory here.
///
/// Confined to the channel's context.
final class RemoteReaders {
  private static final Duration PART_MAX = Duration.ofSeconds(10);

  private final Channel channel;
  private final LocalThreads local;
  private final LeasedPeers peers;
  private final Map<Key, RemoteReader> readers = new ConcurrentHashMap<>();

  /// @param feed the number the other instance gave its feed
  private record Key(InstanceId instance, long feed) {}

  RemoteReaders(Channel channel, LocalThreads local, LeasedPeers peers) {
    this.channel = channel;
    this.local = local;
    this.peers = peers;
  }

  void answer() {
    channel.answer(FeedMessages.FOLLOW, (from, request) -> follow(from, request));
    channel.answer(
        FeedMessages.UNFOLLOW,
        (from, request) -> {
          cancel(new Key(from, FeedMessages.feed(request)));
          return Future.succeededFuture(Buffer.buffer());
        });
    channel.answer(
        FeedMessages.KNOWN,
        (from, request) ->
            Future.succeededFuture(
                FeedMessages.feeds(
                    FeedMessages.feeds(request).stream()
                        .filter(feed -> !readers.containsKey(new Key(from, feed)))
                        .toList())));
  }

  /// An instance is gone, and its readers with it.
  void forget(InstanceId instance) {
    List<Key> left =
        readers.keySet().stream().filter(key -> key.instance.equals(instance)).toList();
    left.forEach(this::cancel);
  }

  private Future<Buffer> follow(InstanceId from, Buffer request) {
    FeedMessages.Follow wanted = FeedMessages.follow(request);
    ThreadId thread = wanted.thread();
    RemoteReader reader = new RemoteReader(new Key(from, wanted.feed()));
    readers.put(reader.key, reader);
    return local
        .followHere(
            thread,
            new FollowRequest(wanted.after(), true, Set.of(), null),
            new AwakeReader(peers, reader))
        .map(joined -> {
          reader.joined(joined);
          return Buffer.buffer();
        })
        .onFailure(refused -> readers.remove(reader.key, reader));
  }

  private void cancel(Key key) {
    RemoteReader reader = readers.remove(key);
    if (reader != null) {
      reader.cancel();
    }
  }

  private final class RemoteReader implements FeedReader {
    private final Key key;
    private @Nullable Subscription subscription;
    private boolean cancelled;

    RemoteReader(Key key) {
      this.key = key;
    }

    void joined(Subscription joined) {
      subscription = joined;
      if (cancelled) {
        joined.cancel();
      }
    }

    void cancel() {
      cancelled = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }

    @Override
    public Future<Void> onPart(FeedPart part) {
      return channel
          .ask(
              key.instance,
              FeedMessages.PART,
              FeedMessages.part(key.feed, FeedJson.write(part)),
              PART_MAX)
          .onFailure(refused -> RemoteReaders.this.cancel(key))
          .mapEmpty();
    }

    @Override
    public void onEnded(FeedEnd end) {
      if (readers.remove(key, this)) {
        FireAndForget.harmless(
            channel.ask(
                key.instance, FeedMessages.ENDED, FeedMessages.ended(key.feed, end), PART_MAX),
            "the other instance asks from time to time whether its feeds are still known");
      }
    }
  }
}
