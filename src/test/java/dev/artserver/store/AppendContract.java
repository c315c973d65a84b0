package dev.artserver.store;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.phase;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.started;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Appends: by one owner, all or nothing.
interface AppendContract extends StoreUnderTest {
  @Test
  default void a_thread_that_does_not_exist_has_nothing() {
    Activation activation = get(store().activate(ID));

    assertThat(activation.snapshot()).isEmpty();
    assertThat(activation.tail()).isEmpty();
    assertThat(get(store().head(ID))).isEmpty();
    assertThat(get(store().read(ID, FactQuery.after(0, 10)))).isEmpty();
    assertThat(get(store().operation(ID, "op"))).isEmpty();
    assertThat(list(null, 10).items()).isEmpty();
  }

  @Test
  default void what_was_appended_is_what_the_next_owner_starts_from() {
    Owner first = create(ID);
    append(first.append(queued("r1"), started("r1"), phase("r1", Phase.PLANNING)));

    Owner second = activate(ID);

    assertThat(second.state()).isEqualTo(first.state());
    assertThat(second.epoch()).isGreaterThan(first.epoch());
  }

  @Test
  default void the_head_is_that_of_the_last_append() {
    Owner owner = create(ID);
    append(owner.append(queued("r1")));

    Optional<ThreadHead> head = get(store().head(ID));

    assertThat(head).contains(owner.state().head());
    assertThat(head.orElseThrow().status()).isEqualTo(ThreadStatus.QUEUED);
    assertThat(head.orElseThrow().runId()).isEqualTo(new RunId("r1"));
  }

  @Test
  default void a_changed_profile_is_the_heads_and_found_by_its_new_labels() {
    Owner owner = create(ID, Map.of("userId", "ann", "team", "x"));
    append(owner.append(created(Map.of("userId", "bob"))));

    assertThat(get(store().head(ID))).contains(owner.state().head());
    assertThat(listed(Map.of("userId", "ann"))).isEmpty();
    assertThat(listed(Map.of("userId", "bob"))).containsExactly(ID);
  }

  @Test
  default void an_old_epoch_writes_nothing() {
    Owner old = create(ID);
    Owner newer = activate(ID);

    Failure failure = failure(store().append(old.append(said("late"))));

    assertThat(failure).isEqualTo(new Failure.Fenced(ID, old.epoch()));
    assertThat(activate(ID).state()).isEqualTo(newer.state());
  }

  @Test
  default void a_wrong_seq_writes_nothing() {
    Owner owner = create(ID);
    Append twice = owner.draft(Optional.of(done("op", "f")), List.of(said("a"), said("b")));
    append(twice);

    Failure failure = failure(store().append(twice));

    assertThat(failure).isEqualTo(new Failure.ConcurrentModification(ID, 1, 3));
    assertThat(get(store().read(ID, FactQuery.after(0, 10)))).hasSize(3);
  }

  @Test
  default void of_two_appends_that_create_a_thread_one_succeeds() {
    Owner one = activate(ID);
    Owner other = activate(ID);
    append(one.append(created(Map.of("by", "one"))));

    Failure failure = failure(store().append(other.append(created(Map.of("by", "other")))));

    assertThat(failure.code()).isIn("FENCED", "CONCURRENT_MODIFICATION");
    assertThat(activate(ID).state()).isEqualTo(one.state());
  }

  @Test
  default void an_owner_that_did_not_create_the_thread_cannot_write_to_it() {
    Owner one = activate(ID);
    long notTheCreator = activate(ID).epoch();
    append(one.append(created(Map.of())));
    Append append = one.draft(Optional.empty(), List.of(said("x")));

    Failure failure =
        failure(
            store()
                .append(
                    new Append(
                        ID,
                        append.expectedSeq(),
                        notTheCreator,
                        append.facts(),
                        append.head(),
                        Optional.empty())));

    assertThat(failure).isEqualTo(new Failure.Fenced(ID, notTheCreator));
  }
}
