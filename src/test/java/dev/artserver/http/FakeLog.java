package dev.artserver.http;

import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Profile;
import dev.artserver.model.RunId;
import dev.artserver.model.StateChanges;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import dev.artserver.stream.FeedPart;
import dev.artserver.thread.ThreadCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One thread of `FakeThreads`: what happened to it, and what that made of it.
final class FakeLog {
  final List<Fact> facts = new ArrayList<>();
  final List<FakeFollower> followers = new ArrayList<>();
  Profile profile = new Profile(FakeThreads.CONFIG, Map.of());
  StateDocument document = StateDocument.EMPTY;
  private final ThreadId id;
  private final List<RunId> open = new ArrayList<>();

  FakeLog(ThreadId id) {
    this.id = id;
  }

  Fact append(ThreadEvent event) {
    if (event instanceof ThreadEvent.ConfigChanged(Profile changed)) {
      profile = changed;
    }
    if (event instanceof ThreadEvent.RunQueued queued) {
      open.add(queued.run());
    } else if (event instanceof ThreadEvent.RunEnd) {
      open.remove(event.run());
    }
    Fact fact = new Fact(facts.size() + 1L, document.version(), FakeThreads.NOW, event);
    facts.add(fact);
    FeedPart part = new FeedPart(List.of(new FeedPart.FactItem(fact)));
    List.copyOf(followers).forEach(follower -> follower.offer(part));
    return fact;
  }

  StateDocument update(ThreadCommand.UpdateState update) {
    Long expected = update.expectedVersion();
    if (expected != null && expected != document.version()) {
      throw new FailureException(
          new Failure.ConcurrentModification(id, expected, document.version()));
    }
    document =
        document.to(StateChanges.apply(document.data(), update.change()), "op", FakeThreads.NOW);
    append(new ThreadEvent.StateChanged("op", update.change()));
    return document;
  }

  ThreadHead head() {
    return new ThreadHead(
        id,
        ThreadStatus.IDLE,
        null,
        profile,
        document.version(),
        facts.size(),
        open.isEmpty() ? null : open.getFirst(),
        FakeThreads.NOW,
        FakeThreads.NOW,
        null);
  }
}
