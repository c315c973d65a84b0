package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.stream.FeedPart.FactItem;
import dev.artserver.stream.FeedPart.Item;
import dev.artserver.stream.FeedPart.TokenItem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers what it heard; takes parts at once, or, when `slow`, only when told.
final class ListeningReader implements FeedReader {
  final List<FeedPart> parts = new ArrayList<>();
  boolean slow;
  @Nullable Promise<Void> held;
  @Nullable FeedEnd ended;

  @Override
  public Future<Void> onPart(FeedPart part) {
    if (held != null) {
      throw new AssertionError("given a part while it holds one");
    }
    if (ended != null) {
      throw new AssertionError("given a part after its end");
    }
    parts.add(part);
    if (!slow) {
      return Future.succeededFuture();
    }
    held = Promise.promise();
    return held.future();
  }

  @Override
  public void onEnded(FeedEnd end) {
    if (ended != null) {
      throw new AssertionError("ended twice: " + ended + ", " + end);
    }
    ended = end;
  }

  void take() {
    Promise<Void> taken = held;
    held = null;
    if (taken != null) {
      taken.complete();
    }
  }

  List<Item> items() {
    return parts.stream().flatMap(part -> part.items().stream()).toList();
  }

  List<Fact> facts() {
    return items().stream()
        .filter(FactItem.class::isInstance)
        .map(item -> ((FactItem) item).fact())
        .toList();
  }

  /// Facts as `#seq`, tokens as `call@offset:text`, thoughts as `call?offset:text`.
  List<String> heard() {
    return items().stream()
        .map(item ->
            switch (item) {
              case FactItem(Fact fact) -> "#" + fact.seq();
              case TokenItem token ->
                  token.callId()
                      + (token.thinking() ? "?" : "@")
                      + token.offset()
                      + ":"
                      + token.text();
            })
        .toList();
  }
}
