package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefollowingReaderTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final FollowRequest ALL = new FollowRequest(0, true, Set.of(), null);

  private final Owners owners = new Owners();
  private final Heard heard = new Heard();
  private final RefollowingReader reader = new RefollowingReader(owners, THREAD, ALL, heard);

  @Test
  void a_reader_follows_again_from_its_cursor_when_the_owner_moves() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.give(fact(1), fact(2));

    owners.end(FeedEnd.MOVED);
    owners.proceed();

    assertThat(owners.requests).extracting(FollowRequest::after).containsExactly(0L, 2L);
    assertThat(heard.end).isNull();
    owners.give(fact(3));
    assertThat(heard.seqs()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void a_run_that_is_started_is_followed_again_as_that_run() {
    RunId run = new RunId("r_1");
    reader.started(
        new Threads.StartedRun(
            new dev.artserver.model.Answer.RunAccepted(run, 7), owners.join(THREAD, ALL, reader)));

    owners.end(FeedEnd.MOVED);
    owners.proceed();

    assertThat(owners.requests.getLast()).isEqualTo(new FollowRequest(6, true, Set.of(), run));
  }

  @Test
  void text_of_a_call_that_goes_on_is_not_repeated() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.give(token("c_1", 0, "The answer"));

    owners.end(FeedEnd.MOVED);
    owners.proceed();
    owners.give(token("c_1", 0, "The answer"));
    owners.give(token("c_1", 10, " is 4"));
    owners.end(FeedEnd.MOVED);
    owners.proceed();
    owners.give(token("c_1", 0, "The answer is 42"));

    assertThat(heard.text()).isEqualTo("The answer is 42");
  }

  @Test
  void a_call_that_is_tried_again_is_given_from_its_beginning() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.give(token("c_1", 0, "Hello"));

    owners.give(token("c_1", 0, "Hello again"));

    assertThat(heard.text()).isEqualTo("HelloHello again");
  }

  @Test
  void a_refusal_on_the_way_is_tried_again_with_longer_pauses() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.refuse(new Failure.StorageFailed("the disk is full"));

    owners.end(FeedEnd.MOVED);
    owners.proceed();
    owners.proceed();
    owners.refuse(null);
    owners.proceed();

    assertThat(owners.pauses)
        .containsExactly(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(40));
    owners.give(fact(1));
    assertThat(heard.seqs()).containsExactly(1L);
    assertThat(heard.end).isNull();
  }

  @Test
  void tries_are_bounded() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.refuse(new Failure.StorageFailed("the disk is full"));

    owners.end(FeedEnd.MOVED);
    while (heard.end == null) {
      owners.proceed();
    }

    assertThat(heard.end).isEqualTo(FeedEnd.MOVED);
    assertThat(owners.pauses).hasSize(RefollowingReader.TRIES_MAX);
    assertThat(owners.pauses.stream().mapToLong(Duration::toMillis).sum())
        .isBetween(30_000L, 45_000L);
  }

  @Test
  void the_end_of_the_instance_and_of_the_thread_are_ends_for_the_reader() {
    for (FeedEnd end : List.of(FeedEnd.MOVED, FeedEnd.DELETED)) {
      Owners gone = new Owners();
      Heard last = new Heard();
      FireAndForget.harmless(
          new RefollowingReader(gone, THREAD, ALL, last).follow(), "the test looks at the reader");
      gone.refuse(
          end == FeedEnd.MOVED ? new Failure.Stopping() : new Failure.NotFound("THREAD", "t"));

      gone.end(FeedEnd.MOVED);
      gone.proceed();

      assertThat(last.end).isEqualTo(end);
    }
  }

  @Test
  void a_reader_that_failed_or_was_too_slow_gets_its_end() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    heard.broken = true;
    try {
      owners.give(fact(1));
    } catch (IllegalStateException expected) {
      // As the feed does, which then ends the reader.
    }
    owners.end(FeedEnd.MOVED);

    assertThat(heard.end).isEqualTo(FeedEnd.MOVED);
    assertThat(owners.pauses).isEmpty();

    Heard slow = new Heard();
    FireAndForget.harmless(
        new RefollowingReader(owners, THREAD, ALL, slow).follow(), "the test looks at the reader");
    owners.end(FeedEnd.TOO_SLOW);
    assertThat(slow.end).isEqualTo(FeedEnd.TOO_SLOW);
  }

  @Test
  void a_reader_that_still_holds_a_part_gets_the_next_owners_part_after_it() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    Promise<Void> held = Promise.promise();
    heard.taken = held;
    owners.give(fact(1));

    owners.end(FeedEnd.MOVED);
    owners.proceed();
    owners.give(fact(2));

    assertThat(heard.seqs()).containsExactly(1L);
    heard.taken = null;
    held.complete();
    assertThat(heard.seqs()).containsExactly(1L, 2L);
  }

  @Test
  void a_reader_that_leaves_while_the_thread_moves_is_not_followed_there() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    owners.end(FeedEnd.MOVED);

    reader.cancel();
    owners.proceed();

    assertThat(owners.requests).hasSize(1);
  }

  @Test
  void a_reader_that_leaves_while_it_joins_again_leaves_no_place() {
    FireAndForget.harmless(reader.follow(), "the test looks at the reader");
    Promise<Void> late = Promise.promise();
    owners.after = late.future();
    owners.end(FeedEnd.MOVED);
    owners.proceed();

    reader.cancel();
    late.complete();

    assertThat(owners.left).isEqualTo(1);
  }

  private static FeedPart.Item fact(long seq) {
    return new FeedPart.FactItem(
        new Fact(
            seq,
            0,
            Instant.EPOCH,
            new ThreadEvent.MessageAdded(
                new Message("m", Role.USER, "x", Instant.EPOCH, null, null))));
  }

  private static FeedPart.Item token(String callId, long offset, String text) {
    return new FeedPart.TokenItem(
        new RunId("r_1"), callId, Phase.EXECUTION, null, false, offset, text);
  }

  private static final class Heard implements FeedReader {
    private final List<FeedPart.Item> items = new ArrayList<>();
    private @Nullable FeedEnd end;
    private @Nullable Promise<Void> taken;
    private boolean broken;

    @Override
    public Future<Void> onPart(FeedPart part) {
      if (broken) {
        throw new IllegalStateException("a mistake");
      }
      items.addAll(part.items());
      return taken == null ? Future.succeededFuture() : taken.future();
    }

    @Override
    public void onEnded(FeedEnd why) {
      end = why;
    }

    List<Long> seqs() {
      return items.stream().map(item -> ((FeedPart.FactItem) item).fact().seq()).toList();
    }

    String text() {
      StringBuilder text = new StringBuilder();
      items.forEach(item -> text.append(((FeedPart.TokenItem) item).text()));
      return text.toString();
    }
  }

  /// One owner after the other; pauses last until the test says so.
  private static final class Owners implements RefollowingReader.Joiner {
    private final List<FollowRequest> requests = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private Future<Void> after = Future.succeededFuture();
    private @Nullable FeedReader current;
    private @Nullable Failure refusal;
    private int left;

    @Override
    public Future<Subscription> join(ThreadId thread, FollowRequest request, FeedReader reader) {
      requests.add(request);
      if (refusal != null) {
        return Future.failedFuture(new FailureException(refusal));
      }
      current = reader;
      return after.map(joined -> () -> left++);
    }

    @Override
    public Future<Void> pause(Duration delay) {
      pauses.add(delay);
      Promise<Void> over = Promise.promise();
      waiting.add(over);
      return over.future();
    }

    void refuse(@Nullable Failure failure) {
      refusal = failure;
    }

    void give(FeedPart.Item... items) {
      FireAndForget.harmless(
          Objects.requireNonNull(current).onPart(new FeedPart(List.of(items))), "the test looks");
    }

    void end(FeedEnd end) {
      Objects.requireNonNull(current).onEnded(end);
    }

    void proceed() {
      waiting.removeFirst().complete();
    }
  }
}
