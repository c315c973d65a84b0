package dev.artserver.store;

import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.ThreadEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A fact of a newer release can be read by everybody, and shuts out who does not understand it.
interface NewerFactsContract extends StoreUnderTest {
  /// Appends a fact of the event `message` in a schema that no release knows yet.
  void appendNewer(Owner owner) throws Exception;

  @Test
  default void a_thread_with_a_newer_fact_is_not_taken_over_and_its_owner_goes_on()
      throws Exception {
    Owner owner = create(ID);
    appendNewer(owner);

    Failure refused = failure(store().activate(ID));

    assertThat(refused.code()).isEqualTo("TOO_NEW");
    assertThat(refused.message()).contains("fact 2 of thread 't1' (message, schema 99)");
    get(store().delete(ID, owner.epoch(), 2));
    assertThat(get(store().head(ID))).isEmpty();
  }

  @Test
  default void a_newer_fact_is_read_as_it_is() throws Exception {
    Owner owner = create(ID);
    appendNewer(owner);

    assertThat(get(store().read(ID, FactQuery.after(1, 10))).getFirst().event())
        .isInstanceOf(ThreadEvent.Unknown.class);
    assertThat(get(store().load(ID)).orElseThrow().seq()).isEqualTo(2);
    assertThat(get(store().head(ID)).orElseThrow().seq()).isEqualTo(2);
    assertThat(listed(Map.of())).containsExactly(ID);
  }

  @Test
  default void a_newer_fact_is_found_by_its_known_name_and_among_those_not_known()
      throws Exception {
    Owner owner = create(ID);
    appendNewer(owner);

    assertThat(found(Set.of(ThreadEvent.MessageAdded.class))).containsExactly(2L);
    assertThat(found(Set.of(ThreadEvent.Unknown.class, ThreadEvent.RunQueued.class)))
        .containsExactly(2L);
    assertThat(found(Set.of(ThreadEvent.RunQueued.class))).isEmpty();
  }

  private List<Long> found(Set<Class<? extends ThreadEvent>> types) {
    return seqs(StoreUnderTest.query(0, Long.MAX_VALUE, types, null, 10, false));
  }
}
