package dev.artserver.store;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Caller;
import dev.artserver.model.OperationKey;
import dev.artserver.model.ThreadId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Operations are remembered with the answers they got.
interface OperationContract extends StoreUnderTest {
  @Test
  default void an_operation_is_remembered_with_its_facts() {
    Owner owner = create(ID);
    OperationRecord done = done("op", "f");
    append(owner.append(Optional.of(done), said("a")));

    assertThat(get(store().operation(ID, "op"))).contains(done);
    assertThat(get(store().operation(ID, "other"))).isEmpty();
    assertThat(get(store().operation(new ThreadId("t2"), "op"))).isEmpty();
  }

  @Test
  default void one_key_of_two_callers_is_two_operations() {
    Owner owner = create(ID);
    String ada = OperationKey.id(new Caller("ada", Set.of(), null), "k");
    String desk = OperationKey.id(new Caller("desk", Set.of(), "ada"), "k");
    append(owner.append(Optional.of(done(ada, "f")), said("a")));
    append(owner.append(Optional.of(done(desk, "g")), said("b")));

    assertThat(get(store().operation(ID, ada))).contains(done(ada, "f"));
    assertThat(get(store().operation(ID, desk))).contains(done(desk, "g"));
    assertThat(get(store().operation(ID, "k"))).isEmpty();
  }

  @Test
  default void an_operation_without_facts_changes_nothing_else() {
    Owner owner = create(ID);
    append(owner.append(Optional.of(done("op", "f"))));

    assertThat(get(store().operation(ID, "op"))).isPresent();
    assertThat(activate(ID).state()).isEqualTo(owner.state());
    assertThat(get(store().head(ID))).contains(owner.state().head());
  }

  @Test
  default void a_refused_append_remembers_no_operation() {
    Owner old = create(ID);
    activate(ID);

    failure(store().append(old.append(Optional.of(done("op", "f")), said("x"))));

    assertThat(get(store().operation(ID, "op"))).isEmpty();
  }

  @Test
  default void old_operations_are_forgotten_and_counted() {
    Owner owner = create(ID);
    for (int i = 0; i < 5; i++) {
      append(owner.append(Optional.of(done("op" + i, "f", Instant.ofEpochSecond(i)))));
    }

    int forgotten = get(store().forgetOperations(Instant.ofEpochSecond(3)));

    assertThat(forgotten).isEqualTo(3);
    assertThat(get(store().operation(ID, "op2"))).isEmpty();
    assertThat(get(store().operation(ID, "op3"))).isPresent();
  }
}
