package dev.artserver.store;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ThreadState;
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

    assertThat(rebuilt(loaded)).isEqualTo(owner.state());
    assertThat(loaded.snapshot()).isPresent();
    assertThat(loaded.tail()).hasSize(1);
    assertThat(loaded.seq()).isEqualTo(owner.state().seq());
    append(owner.append(said("still the owner")));
  }

  @Test
  default void a_deleted_thread_is_not_loaded() {
    Owner owner = create(ID);
    get(store().saveSnapshot(owner.state(), owner.epoch()));

    get(store().delete(ID, owner.epoch()));

    assertThat(get(store().load(ID))).isEmpty();
  }

  private static ThreadState rebuilt(LoadedThread loaded) {
    ThreadState state = loaded.base();
    for (var fact : loaded.tail()) {
      state = state.after(fact);
    }
    return state;
  }
}
