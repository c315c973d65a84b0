package dev.artserver.stream;

import static dev.artserver.stream.ThreadScript.RUN;
import static dev.artserver.stream.ThreadScript.callEnded;
import static dev.artserver.stream.ThreadScript.callStarted;
import static dev.artserver.stream.ThreadScript.changed;
import static dev.artserver.stream.ThreadScript.completed;
import static dev.artserver.stream.ThreadScript.queued;
import static dev.artserver.stream.ThreadScript.thoughts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a reader gets.
class FeedTest extends FeedUnderTest {
  @Test
  void a_feed_says_how_much_it_keeps_and_keeps_nothing_when_there_is_no_reader_and_no_run() {
    assertThat(feed.bytes()).isZero();
    Subscription place = feed.subscribe(everything(0), new ListeningReader(), Feed.SAME_LOOP);

    startCall("c1");
    long before = feed.bytes();
    feed.tokens("c1", false, "x".repeat(10_000));

    assertThat(before).isPositive();
    assertThat(feed.bytes()).isEqualTo(before + 10_000);
    owner.runAll();
    feed.callEnded("c1");
    feed.publish(script.write(ThreadScript.completed(RUN)));
    owner.runAll();
    place.cancel();
    owner.runAll();
    assertThat(feed.bytes()).isZero();
  }

  @Test
  void what_happens_in_one_tick_comes_as_one_part() {
    ListeningReader reader = follow(everything(0));

    feed.publish(script.write(queued(RUN), callStarted(RUN, "c1")));
    feed.callStarted(RUN, "c1", Phase.EXECUTION, null);
    feed.tokens("c1", false, "Hel");
    feed.tokens("c1", false, "lo");
    owner.runAll();

    assertThat(reader.parts).hasSize(1);
    assertThat(reader.heard()).containsExactly("#1", "#2", "c1@0:Hello");
    assertThat(owner.given).isEqualTo(1);
  }

  @Test
  void chunks_of_any_language_are_joined_and_counted_in_utf_16() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");

    for (String chunk : List.of("漢", "字 🐎", "é", "👩‍👩‍👧", "!")) {
      feed.tokens("c1", false, chunk);
      owner.runAll();
    }
    feed.tokens("c1", false, "終");
    feed.tokens("c1", false, "わり");
    owner.runAll();

    assertThat(reader.heard())
        .containsExactly(
            "#1", "c1@0:漢", "c1@1:字 🐎", "c1@5:é", "c1@6:👩‍👩‍👧", "c1@14:!", "c1@15:終わり");
  }

  @Test
  void a_character_whose_halves_come_in_one_tick_is_whole() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");

    feed.tokens("c1", false, "a" + "🐎".substring(0, 1));
    feed.tokens("c1", false, "🐎".substring(1) + "b");
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:a🐎b");
  }

  @Test
  void a_character_whose_halves_come_in_two_ticks_is_whole_when_joined() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");

    feed.tokens("c1", false, "a" + "🐎".substring(0, 1));
    owner.runAll();
    feed.tokens("c1", false, "🐎".substring(1) + "b");
    owner.runAll();

    assertThat(reader.text("c1")).isEqualTo("a🐎b");
  }

  @Test
  void a_fast_reader_gets_all_text_of_a_call_before_the_facts_that_end_it() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");
    feed.tokens("c1", true, "hm");
    owner.runAll();

    feed.tokens("c1", true, "m");
    feed.tokens("c1", false, "Yes");
    feed.publish(script.write(thoughts(RUN, "c1", "hmm"), callEnded(RUN, "c1", "Yes")));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1?0:hm", "c1?2:m", "c1@0:Yes", "#2", "#3");
  }

  @Test
  void text_of_a_call_that_failed_without_a_fact_is_given_to_its_end() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");
    feed.tokens("c1", false, "bro");

    feed.callEnded("c1");
    feed.tokens("c1", false, "too late");
    feed.publish(script.write(changed("x")));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "c1@0:bro", "#2");
  }

  @Test
  void the_end_of_a_run_ends_its_calls() {
    ListeningReader reader = follow(everything(0));
    startCall("c1");
    owner.runAll();

    feed.publish(script.write(completed(RUN)));
    feed.tokens("c1", false, "too late");
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "#2");
  }

  @Test
  void a_slow_reader_holds_one_part_and_then_gets_the_rest_as_one() {
    ListeningReader reader = follow(everything(0));
    reader.slow = true;
    startCall("c1");
    owner.runAll();
    for (int i = 0; i < 1_000; i++) {
      feed.tokens("c1", false, "x");
      owner.runAll();
    }
    assertThat(reader.parts).hasSize(1);

    reader.take();
    owner.runAll();

    assertThat(reader.parts).hasSize(2);
    assertThat(reader.heard()).containsExactly("#1", "c1@0:" + "x".repeat(1_000));
  }

  @Test
  void a_reader_of_one_run_gets_only_that_run() {
    RunId other = new RunId("r2");
    ListeningReader reader = follow(new FollowRequest(0, true, Set.of(), RUN));

    feed.publish(script.write(queued(RUN), changed("x"), queued(other)));
    feed.publish(script.write(callStarted(RUN, "c1"), callStarted(other, "c2")));
    feed.callStarted(RUN, "c1", Phase.EXECUTION, null);
    feed.callStarted(other, "c2", Phase.EXECUTION, null);
    feed.tokens("c2", false, "not for you");
    feed.tokens("c1", false, "for you");
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1", "#4", "c1@0:for you");
  }

  @Test
  void a_reader_of_some_types_without_tokens_gets_only_these() {
    ListeningReader reader =
        follow(new FollowRequest(0, false, Set.of(ThreadEvent.StateChanged.class), null));

    startCall("c1");
    feed.tokens("c1", false, "Hi");
    feed.publish(script.write(callEnded(RUN, "c1", "Hi"), changed("x")));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#3");
  }

  @Test
  void tokens_do_not_wake_a_reader_that_wants_none() {
    ListeningReader reader = follow(new FollowRequest(0, false, Set.of(), null));
    startCall("c1");
    owner.runAll();
    int before = owner.given;

    feed.tokens("c1", false, "Hi");

    assertThat(owner.given).isEqualTo(before);
    assertThat(reader.heard()).containsExactly("#1");
  }

  @Test
  void a_reader_elsewhere_is_called_on_its_own_context() {
    Tasks elsewhere = new Tasks();
    ListeningReader reader = new ListeningReader();
    feed.subscribe(everything(0), reader, elsewhere);
    feed.publish(script.write(changed("a")));
    owner.runAll();
    assertThat(reader.parts).isEmpty();

    elsewhere.runAll();
    feed.publish(script.write(changed("b")));
    assertThat(reader.parts).hasSize(1);
    owner.runAll();
    elsewhere.runAll();

    assertThat(reader.heard()).containsExactly("#1", "#2");
  }

  @Test
  void a_fact_out_of_order_is_our_bug() {
    script.write(changed("skipped"));

    assertThatThrownBy(() -> feed.publish(script.write(changed("b"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at seq 0, cannot take 2");
  }
}
