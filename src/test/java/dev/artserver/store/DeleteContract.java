package dev.artserver.store;

import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A deleted thread is gone, for its owner too.
interface DeleteContract extends StoreUnderTest {
  @Test
  default void a_deleted_thread_leaves_nothing() {
    Owner owner = create(ID, Map.of("userId", "ann"));
    append(owner.append(Optional.of(done("op", "f")), queued("r1")));
    get(store().saveSnapshot(owner.state(), owner.epoch()));

    delete(owner);

    assertThat(get(store().head(ID))).isEmpty();
    assertThat(seqs(FactQuery.after(0, 10))).isEmpty();
    assertThat(get(store().operation(ID, "op"))).isEmpty();
    assertThat(listed(Map.of("userId", "ann"))).isEmpty();
    assertThat(get(store().unfinished(Optional.empty(), 10))).isEmpty();
    assertThat(activate(ID).state().exists()).isFalse();
  }

  @Test
  default void deleting_twice_succeeds_and_deleting_from_an_old_epoch_is_refused() {
    Owner old = create(ID);
    Owner newer = activate(ID);

    assertThat(failure(store().delete(ID, old.epoch(), 1)))
        .isEqualTo(new Failure.Fenced(ID, old.epoch()));
    delete(newer);
    delete(newer);

    assertThat(get(store().head(ID))).isEmpty();
  }

  @Test
  default void a_thread_that_has_other_facts_than_expected_is_not_deleted() {
    Owner owner = create(ID);
    append(owner.append(said("since")));

    Failure failure = failure(store().delete(ID, owner.epoch(), 1));

    assertThat(failure).isEqualTo(new Failure.ConcurrentModification(ID, 1, 2));
    assertThat(activate(ID).state()).isEqualTo(owner.state());
  }

  @Test
  default void the_owner_of_a_deleted_thread_can_write_neither_then_nor_into_its_successor() {
    Owner zombie = create(ID);
    Append late = zombie.draft(Optional.empty(), List.of(said("late")));
    delete(zombie);

    Failure then = failure(store().append(late));
    Owner successor = create(ID);
    Failure later = failure(store().append(late));

    assertThat(then).isEqualTo(new Failure.Fenced(ID, zombie.epoch()));
    assertThat(later).isEqualTo(new Failure.Fenced(ID, zombie.epoch()));
    assertThat(activate(ID).state()).isEqualTo(successor.state());
  }
}
