package dev.artserver.store;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadState;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A thread can be read without becoming its owner.
interface LoadContract extends StoreUnderTest {
  @Test
  default void a_thread_that_does_not_exist_is_not_loaded() {
    activate(ID);

    assertThat(get(store().load(ID))).isEmpty();
  }

  @Test
  default void loading_gives_what_activating_gives_and_leaves_the_owner_alone() {
    Owner owner = create(ID);
    append(owner.append(said("a")));
    get(store().saveSnapshot(owner.state(), owner.epoch()));
    append(owner.append(said("b")));

    LoadedThread loaded = get(store().load(ID)).orElseThrow();

    assertThat(state(loaded)).isEqualTo(owner.state());
    assertThat(loaded.snapshot()).isPresent();
    assertThat(loaded.tail()).hasSize(1);
    assertThat(loaded.seq()).isEqualTo(owner.state().seq());
    append(owner.append(said("still the owner")));
  }

  @Test
  default void a_deleted_thread_is_not_loaded() {
    Owner owner = create(ID);
    get(store().saveSnapshot(owner.state(), owner.epoch()));

    delete(owner);

    assertThat(get(store().load(ID))).isEmpty();
  }

  @Test
  default void a_long_log_comes_in_pages() {
    Owner owner = create(ID);
    while (owner.state().seq() < 2 * LoadedThread.PAGE + 10) {
      append(owner.append(messages(302)));
    }

    Activation activation = get(store().activate(ID));
    LoadedThread loaded = get(store().load(ID)).orElseThrow();

    assertThat(activation.thread()).isEqualTo(loaded);
    assertThat(loaded.tail()).hasSize(LoadedThread.PAGE);
    assertThat(loaded.more()).isTrue();
    assertThat(state(loaded)).isEqualTo(owner.state());
  }

  @Test
  default void a_tail_of_exactly_one_page_is_read_to_its_end() {
    Owner owner = create(ID);
    append(owner.append(messages(LoadedThread.PAGE - 1)));

    assertThat(state(get(store().load(ID)).orElseThrow())).isEqualTo(owner.state());
  }

  /// The state after the last fact, read on page by page.
  private ThreadState state(LoadedThread loaded) {
    ThreadState state = loaded.base();
    for (Fact fact : loaded.tail()) {
      state = state.after(fact);
    }
    boolean more = loaded.more();
    while (more) {
      FactQuery query = FactQuery.after(state.seq(), 700);
      List<Fact> page = get(store().read(loaded.id(), query));
      for (Fact fact : page) {
        state = state.after(fact);
      }
      more = !query.exhaustedBy(page);
    }
    return state;
  }

  private static ThreadEvent[] messages(int count) {
    return IntStream.range(0, count).mapToObj(_ -> said("a")).toArray(ThreadEvent[]::new);
  }
}
