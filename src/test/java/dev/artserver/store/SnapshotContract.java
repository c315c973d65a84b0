package dev.artserver.store;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Snapshots shorten the tail and change nothing else.
interface SnapshotContract extends StoreUnderTest {
  @Test
  default void a_snapshot_shortens_the_tail() {
    Owner owner = create(ID);
    append(owner.append(said("a")));
    get(store().saveSnapshot(owner.state(), owner.epoch()));
    Append later = owner.append(said("b"));
    append(later);

    Activation activation = get(store().activate(ID));

    assertThat(activation.tail().getLast()).isEqualTo(later.facts().getLast());
    assertThat(activation.snapshot()).isPresent();
    assertThat(activation.tail()).hasSize(1);
    assertThat(new Owner(ID, activation).state()).isEqualTo(owner.state());
  }

  @Test
  default void a_snapshot_of_an_old_epoch_is_ignored() {
    Owner old = create(ID);
    activate(ID);

    get(store().saveSnapshot(old.state(), old.epoch()));

    assertThat(get(store().activate(ID)).snapshot()).isEmpty();
  }

  @Test
  default void a_snapshot_of_no_thread_is_ignored() {
    Owner owner = create(ID);
    delete(owner);

    get(store().saveSnapshot(owner.state(), owner.epoch()));

    assertThat(get(store().activate(ID)).snapshot()).isEmpty();
  }
}
