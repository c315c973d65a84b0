package dev.artserver.cluster;

import dev.artserver.model.Fact;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/// What this instance's readers get of a thread that another instance owns: a copy of the owner's
/// feed, fed by its parts. A reader that is behind is replayed from the store, as with an owner
/// here.
///
/// When something is missing, the feed ends with `MOVED` and its readers follow the thread again.
/// Confined to its context.
final class RemoteFeed {
  private final long number;
  private final ThreadId thread;
  private final InstanceId owner;
  private final Executor context;
  private final Feed feed;
  private final Runnable onChange;
  private final Map<String, Texts> calls = new HashMap<>();
  private long seq;
  private boolean over;

  /// How much text of a call was given so far, in characters.
  private static final class Texts {
    private long text;
    private long thoughts;
  }

  /// @param seq behind which it begins
  /// @param onChange called when it has ended, or a reader has left
  RemoteFeed(
      long number,
      ThreadId thread,
      InstanceId owner,
      long seq,
      Executor context,
      Feed feed,
      Runnable onChange) {
    this.number = number;
    this.thread = thread;
    this.owner = owner;
    this.seq = seq;
    this.context = context;
    this.feed = feed;
    this.onChange = onChange;
  }

  long number() {
    return number;
  }

  ThreadId thread() {
    return thread;
  }

  InstanceId owner() {
    return owner;
  }

  Executor context() {
    return context;
  }

  int readers() {
    return feed.readers();
  }

  boolean over() {
    return over;
  }

  /// The reader is not called before `serve`.
  Subscription join(FollowRequest request, FeedReader reader, Executor readerContext) {
    Subscription joined = feed.join(request, reader, readerContext);
    return () -> {
      joined.cancel();
      context.execute(onChange);
    };
  }

  /// Serves readers that have joined.
  void serve() {
    feed.serveSoon();
  }

  /// Ends readers that hold a part for too long.
  void sweep(Instant now) {
    feed.sweep(now);
  }

  /// Takes the owner's next part.
  void take(FeedPart part) {
    List<Fact> facts = new ArrayList<>();
    for (FeedPart.Item item : part.items()) {
      switch (item) {
        case FeedPart.FactItem(Fact fact) -> facts.add(fact);
        case FeedPart.TokenItem token -> {
          publish(facts);
          facts.clear();
          give(token);
        }
      }
    }
    publish(facts);
  }

  private void publish(List<Fact> facts) {
    List<Fact> next = facts.stream().filter(fact -> fact.seq() > seq).toList();
    if (over || next.isEmpty()) {
      return;
    }
    if (next.getFirst().seq() != seq + 1) {
      end(FeedEnd.MOVED);
      return;
    }
    seq = next.getLast().seq();
    feed.publish(next);
    for (Fact fact : next) {
      if (fact.event() instanceof ThreadEvent.ModelCallEnded ended) {
        calls.remove(ended.callId());
      } else if (fact.event() instanceof ThreadEvent.RunEnd) {
        calls.clear();
      }
    }
  }

  private void give(FeedPart.TokenItem token) {
    if (over) {
      return;
    }
    Texts known = calls.get(token.callId());
    if (known == null) {
      known = new Texts();
      calls.put(token.callId(), known);
      feed.callStarted(token.run(), token.callId(), token.phase(), token.stepId());
    }
    long had = token.thinking() ? known.thoughts : known.text;
    long lacking = had - token.offset();
    if (lacking < 0) {
      // A part was lost.
      end(FeedEnd.MOVED);
      return;
    }
    if (lacking >= token.text().length()) {
      return;
    }
    String fresh = token.text().substring((int) lacking);
    if (token.thinking()) {
      known.thoughts += fresh.length();
    } else {
      known.text += fresh.length();
    }
    feed.tokens(token.callId(), token.thinking(), fresh);
  }

  void end(FeedEnd why) {
    if (!over) {
      over = true;
      feed.end(why);
      onChange.run();
    }
  }
}
