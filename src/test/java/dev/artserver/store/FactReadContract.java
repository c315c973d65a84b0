package dev.artserver.store;

import static dev.artserver.store.Owner.completed;
import static dev.artserver.store.Owner.phase;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.shown;
import static dev.artserver.store.Owner.started;
import static dev.artserver.store.StoreUnderTest.get;
import static dev.artserver.store.StoreUnderTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Phase;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.Usage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Facts are read back as they were written, up to the limit.
interface FactReadContract extends StoreUnderTest {
  @Test
  default void facts_keep_the_caller_whose_command_made_them() {
    RecordedCaller ada = new RecordedCaller("ada\u00e9 \ud83d\udc0e", null);
    RecordedCaller desk = new RecordedCaller("desk", "ada");
    Owner owner = create(ID);
    append(owner.appendAs(ada, said("a")));
    append(owner.appendAs(desk, said("b")));

    List<Fact> read = get(store().read(ID, FactQuery.after(0, 10)));

    assertThat(read).extracting(Fact::caller).containsExactly(null, ada, desk);
    assertThat(get(store().activate(ID)).tail()).isEqualTo(read);
  }

  @Test
  default void facts_are_read_by_range_kind_and_run() {
    Owner owner = create(ID);
    append(owner.append(queued("r1"), started("r1"), said("a")));
    append(owner.append(phase("r1", Phase.PLANNING), completed("r1"), queued("r2")));
    append(owner.append(started("r2"), said("b"), completed("r2")));

    assertThat(seqs(FactQuery.after(0, 100)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(seqs(FactQuery.after(4, 3))).containsExactly(5L, 6L, 7L);
    assertThat(seqs(query(2, 6, Set.of(), null, 10, false))).containsExactly(3L, 4L, 5L);
    assertThat(seqs(query(0, 8, Set.of(), null, 2, true))).containsExactly(6L, 7L);
    assertThat(seqs(FactQuery.ofRun(new RunId("r1"), 0, 10))).containsExactly(2L, 3L, 5L, 6L);
    assertThat(seqs(FactQuery.ofRun(new RunId("r2"), 7, 10))).containsExactly(8L, 10L);
    assertThat(seqs(FactQuery.ofRun(new RunId("r3"), 0, 10))).isEmpty();
    assertThat(seqs(query(0, 99, Set.of(ThreadEvent.MessageAdded.class), null, 1, true)))
        .containsExactly(9L);
    assertThat(
            seqs(
                query(
                    0,
                    99,
                    Set.of(ThreadEvent.RunStarted.class, ThreadEvent.RunCompleted.class),
                    new RunId("r2"),
                    10,
                    false)))
        .containsExactly(8L, 10L);
    assertThat(seqs(FactQuery.after(10, 10))).isEmpty();
  }

  @Test
  default void a_read_ends_behind_the_fact_whose_images_make_it_too_large() {
    int third = (int) (FactQuery.IMAGE_BYTES_MAX / 3);
    Owner owner = create(ID);
    append(owner.append(said("a"), shown(third), shown(third), shown(third), said("b")));
    append(owner.append(shown((int) FactQuery.IMAGE_BYTES_MAX), said("c")));
    FactQuery first = FactQuery.after(0, 100);
    FactQuery last = query(0, 99, Set.of(), null, 100, true);
    FactQuery rest = FactQuery.after(7, 100);

    assertThat(seqs(first)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(first.exhaustedBy(get(store().read(ID, first)))).isFalse();
    assertThat(seqs(FactQuery.after(5, 100))).containsExactly(6L, 7L);
    assertThat(seqs(last)).containsExactly(7L, 8L);
    assertThat(last.exhaustedBy(get(store().read(ID, last)))).isFalse();
    assertThat(seqs(rest)).containsExactly(8L);
    assertThat(rest.exhaustedBy(get(store().read(ID, rest)))).isTrue();
  }

  @Test
  default void events_that_share_a_type_are_told_apart() {
    Owner owner = create(ID);
    RunId run = new RunId("r1");
    append(
        owner.append(
            queued("r1"),
            started("r1"),
            new ThreadEvent.ModelCallStarted(run, "c1", Phase.PLANNING, null, "p", "m"),
            new ThreadEvent.ModelCallStarted(run, "c2", Phase.PLANNING, null, "p", "m"),
            new ThreadEvent.ModelCallEnded(
                run, "c2", Phase.PLANNING, null, "x", List.of(), Usage.NONE, "stop", 1, 1)));

    assertThat(seqs(query(0, 99, Set.of(ThreadEvent.ModelCallEnded.class), null, 1, false)))
        .containsExactly(6L);
  }

  @Test
  default void facts_are_read_exactly_as_they_were_written() {
    Owner owner = create(ID);
    Append append = owner.append(queued("r1"), started("r1"), said("ž 🐎"));
    append(append);

    assertThat(get(store().read(ID, FactQuery.after(1, 10)))).isEqualTo(append.facts());
  }
}
