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

/// Keeps the parts it gets. Takes them at once, or, when `slow`, only on `take`.
final class ListeningReader implements FeedReader {
  final List<FeedPart> parts = new ArrayList<>();
  boolean slow;
  @Nullable Promise<Void> held;
  @Nullable FeedEnd ended;
  private @Nullable AssertionError wrong;

  @Override
  public Future<Void> onPart(FeedPart part) {
    check(held == null, "given a part while it holds one");
    check(ended == null, "given a part after its end");
    parts.add(part);
    if (!slow) {
      return Future.succeededFuture();
    }
    held = Promise.promise();
    return held.future();
  }

  @Override
  public void onEnded(FeedEnd end) {
    check(ended == null, "ended twice: " + ended + ", " + end);
    ended = end;
  }

  /// Kept as well as thrown, since the feed may survive a reader that throws.
  private void check(boolean holds, String otherwise) {
    if (!holds) {
      wrong = new AssertionError(otherwise);
      throw wrong;
    }
  }

  void take() {
    Promise<Void> taken = held;
    held = null;
    if (taken != null) {
      taken.complete();
    }
  }

  List<Item> items() {
    if (wrong != null) {
      throw wrong;
    }
    return parts.stream().flatMap(part -> part.items().stream()).toList();
  }

  List<Fact> facts() {
    return items().stream()
        .filter(FactItem.class::isInstance)
        .map(item -> ((FactItem) item).fact())
        .toList();
  }

  /// The response of a call so far, each piece at its offset.
  String text(String callId) {
    StringBuilder text = new StringBuilder();
    for (Item item : items()) {
      if (item instanceof TokenItem token && token.callId().equals(callId) && !token.thinking()) {
        check(token.offset() == text.length(), "a gap before offset " + token.offset());
        text.append(token.text());
      }
    }
    return text.toString();
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
