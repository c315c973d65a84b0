package dev.artserver.stream;

import static dev.artserver.stream.ThreadScript.RUN;
import static dev.artserver.stream.ThreadScript.callEnded;
import static dev.artserver.stream.ThreadScript.changed;
import static dev.artserver.stream.ThreadScript.completed;
import static dev.artserver.stream.ThreadScript.queued;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

/// A reader that comes late or comes back gets each past fact once, then live ones.
class FeedReplayTest extends FeedUnderTest {
  @Test
  void a_reader_that_joins_during_a_call_gets_its_text_from_the_start() {
    startCall("c1");
    feed.tokens("c1", false, "Once upon ");
    feed.tokens("c1", false, "a time");

    ListeningReader late = follow(everything(script.seq()));
    owner.runAll();

    assertThat(late.heard()).containsExactly("c1@0:Once upon a time");
  }

  @Test
  void a_reader_that_joins_after_a_call_gets_facts_only() {
    ListeningReader slow = follow(everything(0));
    slow.slow = true;
    startCall("c1");
    owner.runAll();
    feed.tokens("c1", false, "Hi");
    feed.publish(script.write(callEnded(RUN, "c1", "Hi")));

    ListeningReader late = follow(everything(0));
    owner.runAll();
    slow.take();
    owner.runAll();

    assertThat(late.heard()).containsExactly("#1", "#2");
    assertThat(slow.heard()).containsExactly("#1", "c1@0:Hi", "#2");
  }

  @Test
  void a_reader_behind_the_ring_is_replayed_and_then_joins_live() {
    feed.publish(script.write(queued(RUN)));
    for (int i = 0; i < 20; i++) {
      feed.publish(script.write(changed("n" + i)));
    }
    ListeningReader reader = follow(everything(0));
    owner.runOne();
    feed.publish(script.write(changed("meanwhile")));

    owner.runAll();

    assertThat(reader.facts()).isEqualTo(script.log);
    assertThat(reads).startsWith(0L, 2L, 4L).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void facts_the_store_has_before_they_are_published_come_once() {
    feed.publish(script.write(changed("a")));
    script.write(changed("durable, not yet published"));
    ListeningReader reader = follow(everything(0));
    owner.runAll();
    assertThat(reader.heard()).containsExactly("#1");

    feed.publish(script.read(1, 1));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "#2");
  }

  @Test
  void coming_back_at_any_seq_gives_the_same_facts() {
    for (int i = 0; i < 9; i++) {
      feed.publish(script.write(changed("n" + i), queued(RUN)));
    }

    for (int after = 0; after <= script.seq(); after++) {
      ListeningReader reader = new ListeningReader();
      Subscription place = feed.subscribe(everything(after), reader, Feed.SAME_LOOP);
      owner.runAll();

      assertThat(reader.facts()).as("after %s", after).isEqualTo(script.read(after, 1_000));
      place.cancel();
      owner.runAll();
    }
  }

  @Test
  void a_reader_that_cannot_be_replayed_is_asked_to_come_back() {
    Feed unreadable =
        new Feed(
            new ThreadId("t1"),
            10,
            CONFIG,
            (after, limit) ->
                Future.failedFuture(new FailureException(new Failure.StorageFailed("closed"))),
            owner,
            FlushClock.NONE);
    ListeningReader reader = new ListeningReader();

    unreadable.subscribe(everything(3), reader, Feed.SAME_LOOP);
    owner.runAll();

    assertThat(reader.ended).isEqualTo(FeedEnd.MOVED);
    assertThat(unreadable.readers()).isZero();
  }

  @Test
  void recent_facts_of_a_run_are_kept_for_a_reader_that_comes_soon_and_dropped_when_it_ends() {
    feed.publish(script.write(queued(RUN), changed("x")));
    ListeningReader first = new ListeningReader();
    Subscription place = feed.subscribe(everything(0), first, Feed.SAME_LOOP);
    owner.runAll();
    assertThat(first.facts()).isEqualTo(script.log);
    assertThat(reads).isEmpty();
    place.cancel();
    owner.runAll();

    feed.publish(script.write(completed(RUN)));
    ListeningReader second = follow(everything(0));
    owner.runAll();

    assertThat(second.facts()).isEqualTo(script.log);
    assertThat(reads).isNotEmpty();
  }
}
