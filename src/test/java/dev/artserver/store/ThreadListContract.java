package dev.artserver.store;

import static dev.artserver.store.Owner.completed;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.started;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Threads are found by what they are and when they changed.
interface ThreadListContract extends StoreUnderTest {
  @Test
  default void threads_are_listed_by_newest_change() {
    Owner one = create(new ThreadId("one"));
    create(new ThreadId("two"));
    create(new ThreadId("three"));
    append(one.append(said("again")));

    assertThat(listed(Map.of())).extracting(ThreadId::value).containsExactly("one", "three", "two");
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
    get(store().delete(new ThreadId("t2"), owners.get(2).epoch()));
    create(new ThreadId("new"));

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
  default void pages_together_are_the_whole_list() {
    IntStream.range(0, 10).forEach(i -> create(new ThreadId("t" + i)));

    List<String> all = new ArrayList<>();
    String cursor = null;
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
  default void a_cursor_that_is_none_is_refused() {
    for (String cursor :
        List.of("", "x", "c", "c-1", "c1 OR 1=1", "czzzzzzzzzzzzzzzz", "ccccccccccccccccc")) {
      Failure failure = failure(store().list(new ThreadQuery(null, Map.of(), 10, cursor)));

      assertThat(failure).as(cursor).isInstanceOf(Failure.Invalid.class);
    }
  }

  @Test
  default void unfinished_threads_are_found_in_order_of_id() {
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
}
