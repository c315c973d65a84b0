package dev.artserver.http;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Gives one part after the other, each when the reader took the one before.
final class FakeFollower {
  private final FollowRequest request;
  private final FeedReader reader;
  private final Context context;
  private final List<FeedPart> pending = new ArrayList<>();
  private boolean busy;
  private volatile boolean gone;

  FakeFollower(FollowRequest request, FeedReader reader, Context context) {
    this.request = request;
    this.reader = reader;
    this.context = context;
  }

  synchronized void offer(FeedPart part) {
    List<FeedPart.Item> wanted = part.items().stream().filter(this::wants).toList();
    if (!wanted.isEmpty()) {
      pending.add(new FeedPart(wanted));
      give();
    }
  }

  private boolean wants(FeedPart.Item item) {
    return switch (item) {
      case FeedPart.TokenItem token ->
          request.tokens() && (request.run() == null || request.run().equals(token.run()));
      case FeedPart.FactItem(Fact fact) ->
          new FactQuery(
                  request.after(),
                  Long.MAX_VALUE,
                  Set.copyOf(request.types()),
                  request.run(),
                  1,
                  false)
              .matches(fact);
    };
  }

  /// Parts it has not been given, since it is busy.
  synchronized int waiting() {
    return pending.size();
  }

  /// It gets nothing more.
  void leave() {
    gone = true;
  }

  private synchronized void give() {
    if (busy || pending.isEmpty()) {
      return;
    }
    busy = true;
    FeedPart part = pending.removeFirst();
    context.runOnContext(ignored -> {
      if (!gone) {
        reader.onPart(part).onComplete(taken -> taken());
      }
    });
  }

  private synchronized void taken() {
    busy = false;
    give();
  }

  void end(FeedEnd end) {
    context.runOnContext(ignored -> reader.onEnded(end));
  }
}
