package dev.artserver.stream;

import static dev.artserver.stream.ThreadScript.RUN;
import static dev.artserver.stream.ThreadScript.callEnded;
import static dev.artserver.stream.ThreadScript.callStarted;
import static dev.artserver.stream.ThreadScript.changed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Phase;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// How often readers get text.
class FeedFlushClockTest {
  private final ThreadScript script = new ThreadScript();
  private final Tasks owner = new Tasks();
  private final ManualFlushClock beat = new ManualFlushClock();
  private final Feed feed =
      new Feed(
          new ThreadId("t1"),
          0,
          FeedUnderTest.CONFIG,
          (after, limit) -> Future.succeededFuture(script.read(after, limit)),
          owner,
          beat);
  private final ListeningReader reader = new ListeningReader();

  @Test
  void what_is_said_within_a_beat_goes_together_when_the_next_begins() {
    followCall("c1");
    say("a");

    say("b");
    say("c");
    assertThat(reader.heard()).containsExactly("#1", "c1@0:a");
    beat.next();
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:bc");
  }

  @Test
  void text_slower_than_the_beat_is_given_at_once() {
    followCall("c1");
    say("a");
    beat.next();

    say("b");

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b");
    assertThat(beat.awaited()).isFalse();
  }

  @Test
  void text_given_at_a_beat_is_the_one_of_that_beat() {
    followCall("c1");
    say("a");
    say("b");
    beat.next();
    owner.runAll();

    say("c");

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b");
    beat.next();
    owner.runAll();
    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b", "c1@2:c");
  }

  @Test
  void facts_wait_for_no_beat_and_take_the_text_before_them_along() {
    followCall("c1");
    say("a");
    say("b");

    feed.publish(script.write(callEnded(RUN, "c1", "ab")));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b", "#2");
  }

  @Test
  void the_first_text_of_a_call_waits_for_no_beat() {
    followCall("c1");
    say("a");
    feed.publish(script.write(callStarted(RUN, "c2")));
    feed.callStarted(RUN, "c2", Phase.EXECUTION, null);
    owner.runAll();

    feed.tokens("c2", false, "x");
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "#2", "c2@0:x");
  }

  @Test
  void the_end_of_the_feed_waits_for_no_beat() {
    followCall("c1");
    say("a");
    say("b");

    feed.end(FeedEnd.MOVED);
    owner.runAll();
    beat.next();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b");
    assertThat(reader.ended).isEqualTo(FeedEnd.MOVED);
  }

  @Test
  void a_reader_that_joins_does_not_wait_for_a_beat() {
    followCall("c1");
    say("a");
    say("b");

    ListeningReader late = new ListeningReader();
    feed.subscribe(new FollowRequest(1, true, Set.of(), null), late, Feed.SAME_LOOP);
    owner.runAll();

    assertThat(late.heard()).containsExactly("c1@0:ab");
    assertThat(reader.heard()).containsExactly("#1", "c1@0:a");
  }

  @Test
  void a_slow_reader_that_takes_its_part_waits_for_the_beat_too() {
    reader.slow = true;
    followCall("c1");
    reader.take();
    owner.runAll();
    say("a");
    say("b");

    reader.take();
    owner.runAll();
    assertThat(reader.heard()).containsExactly("#1", "c1@0:a");
    beat.next();
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a", "c1@1:b");
  }

  @Test
  void facts_alone_never_ask_for_a_beat() {
    feed.subscribe(new FollowRequest(0, true, Set.of(), null), reader, Feed.SAME_LOOP);

    for (int i = 0; i < 3; i++) {
      feed.publish(script.write(changed("x" + i)));
      owner.runAll();
    }

    assertThat(reader.heard()).containsExactly("#1", "#2", "#3");
    assertThat(beat.asked).isZero();
  }

  private void followCall(String callId) {
    feed.subscribe(new FollowRequest(0, true, Set.of(), null), reader, Feed.SAME_LOOP);
    feed.publish(script.write(callStarted(RUN, callId)));
    feed.callStarted(RUN, callId, Phase.EXECUTION, null);
    owner.runAll();
  }

  private void say(String text) {
    feed.tokens("c1", false, text);
    owner.runAll();
  }
}
