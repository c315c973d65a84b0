package dev.artserver.store;

import static dev.artserver.store.Owner.completed;
import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.started;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A copy has the first facts of a thread, and nothing else of it.
interface CopyContract extends StoreUnderTest {
  ThreadId OTHER = new ThreadId("copy");

  @Test
  default void a_copy_has_the_facts_up_to_a_seq_and_a_life_of_its_own() {
    Owner owner = create(ID, Map.of("userId", "ann"));
    append(owner.append(Optional.of(done("op", "f")), queued("r1"), started("r1"), said("a")));
    append(owner.append(completed("r1"), said("b")));
    get(store().saveSnapshot(owner.state(), owner.epoch()));

    get(store().copy(copy(owner, 4)));

    List<Fact> facts = get(store().read(ID, FactQuery.after(0, 4)));
    Owner copied = activate(OTHER);
    assertThat(get(store().read(OTHER, FactQuery.after(0, 100)))).isEqualTo(facts);
    assertThat(copied.state().seq()).isEqualTo(4);
    assertThat(get(store().head(OTHER))).contains(copied.state().head());
    assertThat(get(store().operation(OTHER, "op"))).isEmpty();
    assertThat(get(store().load(OTHER)).orElseThrow().snapshot()).isEmpty();
    assertThat(listed(Map.of("userId", "ann"))).containsExactlyInAnyOrder(ID, OTHER);
    assertThat(get(store().unfinished(Optional.empty(), 10))).containsExactly(OTHER);
    append(copied.append(said("only here")));
    append(owner.append(said("the owner of the first still owns it")));
    delete(owner);
    assertThat(activate(OTHER).state()).isEqualTo(copied.state());
  }

  @Test
  default void a_copy_fences_owners_that_activated_its_id_before() {
    Owner owner = create(ID);
    Owner early = activate(OTHER);
    get(store().copy(copy(owner, 1)));

    Failure failure = failure(store().append(early.append(created(Map.of()))));

    assertThat(failure).isEqualTo(new Failure.Fenced(OTHER, early.epoch()));
  }

  @Test
  default void a_copy_needs_a_thread_that_is_long_enough_and_a_new_id() {
    Owner owner = create(ID);
    ThreadHead tooLong = head(owner.append(said("not written")).head());

    assertThat(failure(store().copy(new Copy(ID, tooLong)))).isInstanceOf(Failure.Invalid.class);
    assertThat(failure(store().copy(new Copy(new ThreadId("none"), tooLong))))
        .isEqualTo(new Failure.NotFound("THREAD", "none"));
    assertThat(get(store().head(OTHER))).isEmpty();

    Owner there = create(OTHER);
    assertThat(failure(store().copy(copy(owner, 1)))).isEqualTo(new Failure.ThreadExists(OTHER));
    assertThat(activate(OTHER).state()).isEqualTo(there.state());
  }

  private Copy copy(Owner owner, long seq) {
    ThreadState state = ThreadState.empty(OTHER);
    for (Fact fact : get(store().read(owner.state().id(), FactQuery.after(0, (int) seq)))) {
      state = state.after(fact);
    }
    return new Copy(owner.state().id(), state.head());
  }

  private static ThreadHead head(ThreadHead of) {
    return new ThreadHead(
        OTHER,
        of.status(),
        of.title(),
        of.profile(),
        of.stateVersion(),
        of.seq(),
        of.runId(),
        of.createdAt(),
        of.updatedAt(),
        of.dueAt());
  }
}
