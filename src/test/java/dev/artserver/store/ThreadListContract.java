package dev.artserver.store;

import static dev.artserver.store.Owner.completed;
import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.started;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Threads are found by status, labels and times.
interface ThreadListContract extends StoreUnderTest {
  @Test
  default void threads_are_listed_by_newest_change_and_then_by_id() {
    Owner one = create(new ThreadId("one"));
    create(new ThreadId("two"));
    create(new ThreadId("three"));
    append(one.append(said("again")));

    assertThat(listed(Map.of())).extracting(ThreadId::value).containsExactly("one", "two", "three");
  }

  @Test
  default void a_cursor_goes_on_exactly_behind_the_last_item_though_threads_changed() {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      owners.add(create(new ThreadId("t" + i)));
    }
    Page<ThreadHead> first = list(null, 2);
    append(owners.get(4).append(said("was listed")));
    append(owners.get(1).append(said("was not")));
    delete(owners.get(2));
    append(create(new ThreadId("new")).append(said("and changed since")));

    Page<ThreadHead> second = list(first.nextCursor(), 10);

    assertThat(first.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t5", "t4");
    assertThat(second.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t3", "t0");
    assertThat(second.nextCursor()).isNull();
  }

  @Test
  default void a_cursor_whose_thread_is_gone_goes_on_all_the_same() {
    List<Owner> owners =
        IntStream.range(0, 4).mapToObj(i -> create(new ThreadId("t" + i))).toList();
    Page<ThreadHead> first = list(null, 2);
    delete(owners.get(2));

    assertThat(list(first.nextCursor(), 10).items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t1", "t0");
  }

  @Test
  default void a_walk_while_threads_change_gives_each_unchanged_thread_once_and_none_twice() {
    for (long seed = 0; seed < 20; seed++) {
      String prefix = "w" + seed + "-";
      List<Owner> owners =
          IntStream.range(0, 12).mapToObj(i -> create(new ThreadId(prefix + i))).toList();
      Random random = new Random(seed);
      Set<ThreadId> changed = new HashSet<>();
      List<ThreadId> walked = new ArrayList<>();
      @Nullable String cursor = null;
      do {
        Page<ThreadHead> page = list(cursor, 1 + random.nextInt(4));
        page.items().stream()
            .map(ThreadHead::threadId)
            .filter(id -> id.value().startsWith(prefix))
            .forEach(walked::add);
        cursor = page.nextCursor();
        Owner any = owners.get(random.nextInt(owners.size()));
        append(any.append(said("again")));
        changed.add(any.state().id());
      } while (cursor != null);

      assertThat(walked).as("seed %s", seed).doesNotHaveDuplicates();
      for (Owner owner : owners) {
        if (!changed.contains(owner.state().id())) {
          assertThat(walked).as("seed %s", seed).contains(owner.state().id());
        }
      }
    }
  }

  @Test
  default void pages_together_are_the_whole_list() {
    IntStream.range(0, 10).forEach(i -> create(new ThreadId("t" + i)));

    List<String> all = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      Page<ThreadHead> page = list(cursor, 3);
      page.items().forEach(head -> all.add(head.threadId().value()));
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(all).containsExactly("t9", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t1", "t0");
  }

  @Test
  default void lists_are_filtered_by_status_and_labels() {
    create(new ThreadId("ann1"), Map.of("userId", "ann", "team", "x"));
    Owner busy = create(new ThreadId("ann2"), Map.of("userId", "ann"));
    create(new ThreadId("bob"), Map.of("userId", "bob", "team", "x"));
    append(busy.append(queued("r1")));

    assertThat(listed(Map.of("userId", "ann")))
        .extracting(ThreadId::value)
        .containsExactly("ann2", "ann1");
    assertThat(listed(Map.of("userId", "ann", "team", "x")))
        .extracting(ThreadId::value)
        .containsExactly("ann1");
    assertThat(listed(ThreadStatus.QUEUED, Map.of())).containsExactly(new ThreadId("ann2"));
    assertThat(listed(ThreadStatus.IDLE, Map.of("userId", "ann")))
        .containsExactly(new ThreadId("ann1"));
    assertThat(listed(ThreadStatus.RUNNING, Map.of())).isEmpty();
  }

  @Test
  default void labels_may_be_of_any_characters_and_long() {
    String odd = "a\u0000b \ud83d\udc0e' \\";
    String name = "n\u0000";
    create(new ThreadId("odd"), Map.of(name, odd));
    create(new ThreadId("long"), Map.of(name, "x".repeat(20_000)));

    assertThat(listed(Map.of(name, odd))).containsExactly(new ThreadId("odd"));
    assertThat(listed(Map.of(name, "x".repeat(20_000)))).containsExactly(new ThreadId("long"));
    assertThat(listed(Map.of(name, "x".repeat(19_999)))).isEmpty();
  }

  @Test
  default void a_text_that_is_not_a_cursor_is_refused_and_so_is_one_of_an_earlier_server() {
    create(ID);
    String good = new ListCursor(1_000, ID).text();
    List<String> none =
        List.of("", "x", "k", "k-", "k!", "c1", "c1n", good + "A", good.substring(1), "kLg", "k1");
    for (String cursor : none) {
      Failure failure = failure(store().list(new ThreadQuery(null, Map.of(), 10, cursor)));
      Failure ofIdle = failure(store().idleSince(Instant.EPOCH, cursor, 10));

      assertThat(failure).as(cursor).isInstanceOf(Failure.Invalid.class).isEqualTo(ofIdle);
      assertThat(failure.status()).isEqualTo(400);
      assertThat(failure.message()).contains("begin again without it");
    }
  }

  @Test
  default void cursors_hold_any_id() {
    for (String id : List.of("a", "-", "~", "a.b_c-d~e", "x".repeat(128))) {
      ListCursor cursor = new ListCursor(1_700_000_000_000L, new ThreadId(id));

      assertThat(ListCursor.parse(cursor.text())).isEqualTo(cursor);
    }
  }

  @Test
  default void threads_are_counted_by_status() {
    create(new ThreadId("idle"));
    append(create(new ThreadId("waiting")).append(queued("r1")));
    append(create(new ThreadId("working")).append(queued("r1"), started("r1")));
    Owner ended = create(new ThreadId("ended"));
    append(ended.append(queued("r1"), started("r1")));
    append(ended.append(completed("r1")));
    delete(create(new ThreadId("gone")));
    failure(store().append(refused(ended, queued("r2"))));

    assertThat(get(store().count()))
        .isEqualTo(
            Map.of(
                ThreadStatus.IDLE,
                2L,
                ThreadStatus.QUEUED,
                1L,
                ThreadStatus.RUNNING,
                1L,
                ThreadStatus.SUSPENDED,
                0L));
  }

  @Test
  default void threads_that_need_an_owner_are_found_in_order_of_id() {
    for (String id : List.of("c", "a", "b", "d")) {
      append(create(new ThreadId(id)).append(queued("r-" + id)));
    }
    append(activate(new ThreadId("b")).append(started("r-b"), completed("r-b")));

    assertThat(get(store().unfinished(Optional.empty(), 2)))
        .extracting(ThreadId::value)
        .containsExactly("a", "c");
    assertThat(get(store().unfinished(Optional.of(new ThreadId("c")), 2)))
        .extracting(ThreadId::value)
        .containsExactly("d");
  }

  @Test
  default void a_thread_of_any_status_is_found_where_its_head_says() {
    for (ThreadStatus status : ThreadStatus.values()) {
      Owner owner = activate(new ThreadId("s-" + status.name().toLowerCase(Locale.ROOT)));
      append(headed(owner.append(created(Map.of())), status, null));
    }

    for (ThreadStatus status : ThreadStatus.values()) {
      ThreadId id = new ThreadId("s-" + status.name().toLowerCase(Locale.ROOT));
      ThreadHead head = get(store().head(id)).orElseThrow();
      assertThat(head.status()).isEqualTo(status);
      assertThat(listed(status, Map.of())).containsExactly(id);
      assertThat(get(store().unfinished(Optional.empty(), 10)).contains(id))
          .isEqualTo(head.needsOwner());
      assertThat(
              get(store().idleSince(Instant.ofEpochSecond(2_000_000), null, 10))
                  .items()
                  .contains(head))
          .isEqualTo(status == ThreadStatus.IDLE);
    }
  }

  @Test
  default void idle_threads_that_have_not_changed_since_a_time_come_in_pages_the_oldest_first() {
    List<Owner> owners =
        IntStream.range(0, 6).mapToObj(i -> create(new ThreadId("t" + i))).toList();
    append(owners.get(1).append(said("1 s later")));
    append(owners.get(2).append(said("1 s later"), said("2 s later")));
    append(owners.get(3).append(queued("r1")));
    Instant since = owners.get(1).state().head().updatedAt().plusMillis(1);

    Page<ThreadHead> first = get(store().idleSince(since, null, 2));
    append(owners.get(4).append(queued("r1")));
    Page<ThreadHead> second = get(store().idleSince(since, first.nextCursor(), 10));

    assertThat(first.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t0", "t4");
    assertThat(second.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t5", "t1");
    assertThat(second.nextCursor()).isNull();
    assertThat(get(store().idleSince(Instant.EPOCH, first.nextCursor(), 10)).items()).isEmpty();
  }

  @Test
  default void due_threads_are_found_until_their_heads_change() {
    Instant noon = Instant.ofEpochSecond(43_200);
    Owner c = due("c", noon.plusSeconds(60));
    Owner a = due("a", noon.plusSeconds(120));
    Owner b = due("b", noon.plusSeconds(120));
    due("d", noon.plusSeconds(180));

    assertThat(get(store().due(noon, 10))).isEmpty();
    assertThat(get(store().due(noon.plusSeconds(120), 10)))
        .extracting(ThreadId::value)
        .containsExactly("c", "a", "b");
    assertThat(get(store().due(noon.plusSeconds(120), 2)))
        .extracting(ThreadId::value)
        .containsExactly("c", "a");
    assertThat(get(store().head(new ThreadId("a"))).orElseThrow().dueAt())
        .isEqualTo(noon.plusSeconds(120));

    append(c.append(said("answered")));
    append(headed(a.append(said("later")), ThreadStatus.SUSPENDED, noon.plusSeconds(600)));
    delete(b);

    assertThat(get(store().due(noon.plusSeconds(180), 10)))
        .extracting(ThreadId::value)
        .containsExactly("d");
  }

  private Owner due(String id, Instant dueAt) {
    Owner owner = activate(new ThreadId(id));
    append(headed(owner.append(created(Map.of())), ThreadStatus.SUSPENDED, dueAt));
    return owner;
  }

  /// An append from an epoch that is not the owner's.
  private static Append refused(Owner owner, ThreadEvent event) {
    Append draft = owner.draft(Optional.empty(), List.of(event));
    return new Append(
        draft.id(),
        draft.expectedSeq(),
        draft.epoch() + 1_000,
        draft.facts(),
        draft.head(),
        draft.operation());
  }

  /// The same append with another status and due time in its head.
  private static Append headed(Append append, ThreadStatus status, @Nullable Instant dueAt) {
    ThreadHead head = append.head();
    ThreadHead other =
        new ThreadHead(
            head.threadId(),
            status,
            head.title(),
            head.profile(),
            head.stateVersion(),
            head.seq(),
            head.runId(),
            head.createdAt(),
            head.updatedAt(),
            dueAt);
    return new Append(
        append.id(),
        append.expectedSeq(),
        append.epoch(),
        append.facts(),
        other,
        append.operation());
  }
}
