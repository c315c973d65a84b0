package dev.artserver.store;

import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.done;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ThreadId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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
  default void an_operation_without_facts_changes_nothing_else() {
    Owner owner = create(ID);
    create(new ThreadId("t2"));
    append(owner.append(Optional.of(done("op", "f"))));

    assertThat(get(store().operation(ID, "op"))).isPresent();
    assertThat(activate(ID).state()).isEqualTo(owner.state());
    assertThat(listed(Map.of())).containsExactly(new ThreadId("t2"), ID);
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
