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

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final FeedConfig CONFIG = new FeedConfig(4, 100_000, 3, Duration.ofSeconds(10), 2);

  private final ThreadScript script = new ThreadScript();
  private final Tasks owner = new Tasks();
  private final List<Long> reads = new ArrayList<>();
  private final Feed feed =
      new Feed(
          new ThreadId("t1"),
          0,
          CONFIG,
          (after, limit) -> {
            reads.add(after);
            return Future.succeededFuture(script.read(after, limit));
          },
          owner);

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
  void a_fast_reader_hears_all_of_a_call_before_the_facts_that_end_it() {
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
  void a_call_that_failed_without_a_fact_is_still_heard_to_its_end() {
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
  void one_who_joins_in_the_middle_of_a_call_gets_its_text_from_the_start() {
    startCall("c1");
    feed.tokens("c1", false, "Once upon ");
    feed.tokens("c1", false, "a time");

    ListeningReader late = follow(everything(script.seq()));
    owner.runAll();

    assertThat(late.heard()).containsExactly("c1@0:Once upon a time");
  }

  @Test
  void one_who_joins_after_a_call_gets_facts_only() {
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
  void a_reader_of_one_run_hears_that_run_only() {
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
  void a_reader_of_some_types_without_tokens_hears_just_these() {
    ListeningReader reader =
        follow(new FollowRequest(0, false, Set.of(ThreadEvent.StateChanged.class), null));

    startCall("c1");
    feed.tokens("c1", false, "Hi");
    feed.publish(script.write(callEnded(RUN, "c1", "Hi"), changed("x")));
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#3");
  }

  @Test
  void tokens_wake_nobody_who_does_not_want_them() {
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
  void nothing_is_heard_after_cancel_even_when_it_was_under_way() {
    Tasks elsewhere = new Tasks();
    ListeningReader reader = new ListeningReader();
    Subscription place = feed.subscribe(everything(0), reader, elsewhere);
    feed.publish(script.write(changed("a")));
    owner.runAll();

    place.cancel();
    place.cancel();
    feed.end(FeedEnd.DELETED);
    owner.runAll();
    elsewhere.runAll();

    assertThat(reader.parts).isEmpty();
    assertThat(reader.ended).isNull();
    assertThat(feed.readers()).isZero();
  }

  @Test
  void a_reader_that_fails_is_told_to_come_back_and_the_others_hear_on() {
    List<FeedEnd> ends = new ArrayList<>();
    FeedReader broken =
        new FeedReader() {
          @Override
          public Future<Void> onPart(FeedPart part) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void onEnded(FeedEnd end) {
            ends.add(end);
          }
        };
    feed.subscribe(everything(0), broken, Feed.SAME_LOOP);
    ListeningReader well = follow(everything(0));

    feed.publish(script.write(changed("a")));
    owner.runAll();

    assertThat(ends).containsExactly(FeedEnd.MOVED);
    assertThat(feed.readers()).isEqualTo(1);
    assertThat(well.heard()).containsExactly("#1");
  }

  @Test
  void one_reader_too_many_is_refused() {
    follow(everything(0));
    follow(everything(0));
    ListeningReader third = new ListeningReader();
    Subscription place = feed.subscribe(everything(0), third, Feed.SAME_LOOP);

    assertThatThrownBy(() -> follow(everything(0)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Full.class))
        .hasMessageContaining("OVERLOADED");

    place.cancel();
    owner.runAll();
    follow(everything(0));
    assertThat(feed.readers()).isEqualTo(3);
  }

  @Test
  void a_reader_that_holds_a_part_too_long_is_ended() {
    ListeningReader slow = follow(everything(0));
    ListeningReader fast = follow(everything(0));
    slow.slow = true;
    feed.publish(script.write(changed("a")));
    owner.runAll();

    feed.sweep(NOON);
    feed.sweep(NOON.plusMillis(9_999));
    assertThat(slow.ended).isNull();
    feed.sweep(NOON.plusSeconds(10));
    slow.take();
    owner.runAll();

    assertThat(slow.ended).isEqualTo(FeedEnd.TOO_SLOW);
    assertThat(fast.ended).isNull();
    assertThat(feed.readers()).isEqualTo(1);
  }

  @Test
  void a_reader_that_takes_its_parts_in_time_is_never_too_slow() {
    ListeningReader slow = follow(everything(0));
    slow.slow = true;

    for (int i = 0; i < 10; i++) {
      feed.publish(script.write(changed("n" + i)));
      owner.runAll();
      feed.sweep(NOON.plusSeconds(6L * i));
      slow.take();
      owner.runAll();
    }

    assertThat(slow.ended).isNull();
    assertThat(slow.facts()).isEqualTo(script.log);
  }

  @Test
  void the_end_comes_after_all_that_happened_before() {
    ListeningReader reader = follow(everything(0));
    feed.publish(script.write(changed("last")));

    feed.end(FeedEnd.MOVED);
    owner.runAll();

    assertThat(reader.heard()).containsExactly("#1");
    assertThat(reader.ended).isEqualTo(FeedEnd.MOVED);
  }

  @Test
  void one_who_comes_after_the_end_hears_the_end() {
    feed.end(FeedEnd.DELETED);

    ListeningReader reader = follow(everything(0));
    assertThat(reader.ended).isNull();
    owner.runAll();

    assertThat(reader.ended).isEqualTo(FeedEnd.DELETED);
    assertThat(feed.readers()).isZero();
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
            owner);
    ListeningReader reader = new ListeningReader();

    unreadable.subscribe(everything(3), reader, Feed.SAME_LOOP);
    owner.runAll();

    assertThat(reader.ended).isEqualTo(FeedEnd.MOVED);
    assertThat(unreadable.readers()).isZero();
  }

  @Test
  void a_fact_out_of_order_is_our_bug() {
    script.write(changed("skipped"));

    assertThatThrownBy(() -> feed.publish(script.write(changed("b"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("at seq 0, cannot take 2");
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

  private ListeningReader follow(FollowRequest request) {
    ListeningReader reader = new ListeningReader();
    feed.subscribe(request, reader, Feed.SAME_LOOP);
    return reader;
  }

  private void startCall(String callId) {
    feed.publish(script.write(callStarted(RUN, callId)));
    feed.callStarted(RUN, callId, Phase.EXECUTION, null);
  }

  private static FollowRequest everything(long after) {
    return new FollowRequest(after, true, Set.of(), null);
  }
}
