package dev.artserver.stream;

import static dev.artserver.stream.ThreadScript.changed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How subscriptions end: by the reader, by the feed, or by a failure of the reader.
class FeedEndTest extends FeedUnderTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void a_cancelled_reader_gets_nothing_not_even_a_part_under_way() {
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
  void a_reader_that_fails_is_ended_and_the_others_go_on() {
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
  void a_reader_that_throws_an_error_keeps_nothing_from_the_others() {
    FeedReader broken =
        new FeedReader() {
          @Override
          public Future<Void> onPart(FeedPart part) {
            throw new AssertionError("broken");
          }

          @Override
          public void onEnded(FeedEnd end) {
            throw new AssertionError("broken");
          }
        };
    feed.subscribe(everything(0), broken, Feed.SAME_LOOP);
    ListeningReader well = follow(everything(0));

    feed.publish(script.write(changed("a")));
    owner.runAll();
    feed.subscribe(everything(1), broken, Feed.SAME_LOOP);
    ListeningReader late = follow(everything(1));
    feed.end(FeedEnd.MOVED);
    owner.runAll();

    assertThat(well.heard()).containsExactly("#1");
    assertThat(late.ended).isEqualTo(FeedEnd.MOVED);
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
  void a_reader_that_comes_after_the_end_gets_the_end() {
    feed.end(FeedEnd.DELETED);

    ListeningReader reader = follow(everything(0));
    assertThat(reader.ended).isNull();
    owner.runAll();

    assertThat(reader.ended).isEqualTo(FeedEnd.DELETED);
    assertThat(feed.readers()).isZero();
  }
}
