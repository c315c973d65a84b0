package dev.artserver.store;

import static dev.artserver.store.Owner.completed;
import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.phase;
import static dev.artserver.store.Owner.queued;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.Owner.shown;
import static dev.artserver.store.Owner.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Operation;
import dev.artserver.model.Page;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.model.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store promises. A store's own test extends it.
public abstract class ThreadStoreContract {
  private static final ThreadId ID = new ThreadId("t1");

  protected final Vertx vertx = Vertx.vertx();
  private @Nullable ThreadStore opened;

  /// An empty store.
  protected abstract ThreadStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    opened = open();
  }

  @AfterEach
  void closeStore() {
    get(store().close());
    get(vertx.close());
  }

  protected final ThreadStore store() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  @Test
  void a_thread_that_does_not_exist_has_nothing() {
    Activation activation = get(store().activate(ID));

    assertThat(activation.snapshot()).isEmpty();
    assertThat(activation.tail()).isEmpty();
    assertThat(get(store().head(ID))).isEmpty();
    assertThat(get(store().read(ID, FactQuery.after(0, 10)))).isEmpty();
    assertThat(get(store().operation(ID, "op"))).isEmpty();
    assertThat(list(null, 10).items()).isEmpty();
  }

  @Test
  void what_was_appended_is_what_the_next_owner_starts_from() {
    Owner first = create(ID);
    append(first.append(queued("r1"), started("r1"), phase("r1", Phase.PLANNING)));

    Owner second = activate(ID);

    assertThat(second.state()).isEqualTo(first.state());
    assertThat(second.epoch()).isGreaterThan(first.epoch());
  }

  @Test
  void the_head_is_that_of_the_last_append() {
    Owner owner = create(ID);
    append(owner.append(queued("r1")));

    Optional<ThreadHead> head = get(store().head(ID));

    assertThat(head).contains(owner.state().head());
    assertThat(head.orElseThrow().status()).isEqualTo(ThreadStatus.QUEUED);
    assertThat(head.orElseThrow().runId()).isEqualTo(new RunId("r1"));
  }

  @Test
  void a_changed_profile_is_the_heads_and_found_by_its_new_labels() {
    Owner owner = create(ID, Map.of("userId", "ann", "team", "x"));
    append(owner.append(created(Map.of("userId", "bob"))));

    assertThat(get(store().head(ID))).contains(owner.state().head());
    assertThat(listed(Map.of("userId", "ann"))).isEmpty();
    assertThat(listed(Map.of("userId", "bob"))).containsExactly(ID);
  }

  @Test
  void an_old_epoch_writes_nothing() {
    Owner old = create(ID);
    Owner newer = activate(ID);

    Failure failure = failure(store().append(old.append(said("late"))));

    assertThat(failure).isEqualTo(new Failure.Fenced(ID, old.epoch()));
    assertThat(activate(ID).state()).isEqualTo(newer.state());
  }

  @Test
  void a_wrong_seq_writes_nothing() {
    Owner owner = create(ID);
    Append twice = owner.draft(Optional.of(done("op", "f")), List.of(said("a"), said("b")));
    append(twice);

    Failure failure = failure(store().append(twice));

    assertThat(failure).isEqualTo(new Failure.ConcurrentModification(ID, 1, 3));
    assertThat(get(store().read(ID, FactQuery.after(0, 10)))).hasSize(3);
  }

  @Test
  void of_two_who_create_a_thread_one_does() {
    Owner one = activate(ID);
    Owner other = activate(ID);
    append(one.append(created(Map.of("by", "one"))));

    Failure failure = failure(store().append(other.append(created(Map.of("by", "other")))));

    assertThat(failure.code()).isIn("FENCED", "CONCURRENT_MODIFICATION");
    assertThat(activate(ID).state()).isEqualTo(one.state());
  }

  @Test
  void who_activated_in_vain_cannot_write_to_what_another_created() {
    Owner one = activate(ID);
    long inVain = activate(ID).epoch();
    append(one.append(created(Map.of())));
    Append sneaky = one.draft(Optional.empty(), List.of(said("x")));

    Failure failure =
        failure(
            store()
                .append(
                    new Append(
                        ID,
                        sneaky.expectedSeq(),
                        inVain,
                        sneaky.facts(),
                        sneaky.head(),
                        Optional.empty())));

    assertThat(failure).isEqualTo(new Failure.Fenced(ID, inVain));
  }

  @Test
  void an_operation_is_remembered_with_its_facts() {
    Owner owner = create(ID);
    OperationRecord done = done("op", "f");
    append(owner.append(Optional.of(done), said("a")));

    assertThat(get(store().operation(ID, "op"))).contains(done);
    assertThat(get(store().operation(ID, "other"))).isEmpty();
    assertThat(get(store().operation(new ThreadId("t2"), "op"))).isEmpty();
  }

  @Test
  void an_operation_without_facts_changes_nothing_else() {
    Owner owner = create(ID);
    create(new ThreadId("t2"));
    append(owner.append(Optional.of(done("op", "f"))));

    assertThat(get(store().operation(ID, "op"))).isPresent();
    assertThat(activate(ID).state()).isEqualTo(owner.state());
    assertThat(listed(Map.of())).containsExactly(new ThreadId("t2"), ID);
  }

  @Test
  void a_refused_append_remembers_no_operation() {
    Owner old = create(ID);
    activate(ID);

    failure(store().append(old.append(Optional.of(done("op", "f")), said("x"))));

    assertThat(get(store().operation(ID, "op"))).isEmpty();
  }

  @Test
  void old_operations_are_forgotten_and_counted() {
    Owner owner = create(ID);
    for (int i = 0; i < 5; i++) {
      append(owner.append(Optional.of(done("op" + i, "f", Instant.ofEpochSecond(i)))));
    }

    int forgotten = get(store().forgetOperations(Instant.ofEpochSecond(3)));

    assertThat(forgotten).isEqualTo(3);
    assertThat(get(store().operation(ID, "op2"))).isEmpty();
    assertThat(get(store().operation(ID, "op3"))).isPresent();
  }

  @Test
  void facts_are_read_by_range_kind_and_run() {
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
  void a_read_ends_behind_the_fact_whose_images_make_it_too_large() {
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
  void events_that_share_a_type_are_told_apart() {
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
  void facts_are_read_exactly_as_they_were_written() {
    Owner owner = create(ID);
    Append append = owner.append(queued("r1"), started("r1"), said("ž 🐎"));
    append(append);

    assertThat(get(store().read(ID, FactQuery.after(1, 10)))).isEqualTo(append.facts());
  }

  @Test
  void threads_are_listed_by_newest_change() {
    Owner one = create(new ThreadId("one"));
    create(new ThreadId("two"));
    create(new ThreadId("three"));
    append(one.append(said("again")));

    assertThat(listed(Map.of())).extracting(ThreadId::value).containsExactly("one", "three", "two");
  }

  @Test
  void a_cursor_goes_on_exactly_behind_the_last_item_though_threads_changed() {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      owners.add(create(new ThreadId("t" + i)));
    }
    Page<ThreadHead> first = list(null, 2);
    append(owners.get(4).append(said("was listed")));
    append(owners.get(1).append(said("was not")));
    get(store().delete(new ThreadId("t2"), owners.get(2).epoch()));
    create(new ThreadId("new"));

    Page<ThreadHead> second = list(first.nextCursor(), 10);

    assertThat(first.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t5", "t4");
    assertThat(second.items())
        .extracting(head -> head.threadId().value())
        .containsExactly("t3", "t0");
    assertThat(second.nextCursor()).isNull();
  }

  @Test
  void pages_together_are_the_whole_list() {
    IntStream.range(0, 10).forEach(i -> create(new ThreadId("t" + i)));

    List<String> all = new ArrayList<>();
    String cursor = null;
    do {
      Page<ThreadHead> page = list(cursor, 3);
      page.items().forEach(head -> all.add(head.threadId().value()));
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(all).containsExactly("t9", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t1", "t0");
  }

  @Test
  void lists_are_filtered_by_status_and_labels() {
    create(new ThreadId("ann1"), Map.of("userId", "ann", "team", "x"));
    Owner busy = create(new ThreadId("ann2"), Map.of("userId", "ann"));
    create(new ThreadId("bob"), Map.of("userId", "bob", "team", "x"));
    append(busy.append(queued("r1")));

    assertThat(listed(Map.of("userId", "ann")))
        .extracting(ThreadId::value)
        .containsExactly("ann2", "ann1");
    assertThat(listed(Map.of("userId", "ann", "team", "x")))
        .extracting(ThreadId::value)
        .containsExactly("ann1");
    assertThat(listed(ThreadStatus.QUEUED, Map.of())).containsExactly(new ThreadId("ann2"));
    assertThat(listed(ThreadStatus.IDLE, Map.of("userId", "ann")))
        .containsExactly(new ThreadId("ann1"));
    assertThat(listed(ThreadStatus.RUNNING, Map.of())).isEmpty();
  }

  @Test
  void a_cursor_that_is_none_is_refused() {
    for (String cursor :
        List.of("", "x", "c", "c-1", "c1 OR 1=1", "czzzzzzzzzzzzzzzz", "ccccccccccccccccc")) {
      Failure failure = failure(store().list(new ThreadQuery(null, Map.of(), 10, cursor)));

      assertThat(failure).as(cursor).isInstanceOf(Failure.Invalid.class);
    }
  }

  @Test
  void unfinished_threads_are_found_in_order_of_id() {
    for (String id : List.of("c", "a", "b", "d")) {
      append(create(new ThreadId(id)).append(queued("r-" + id)));
    }
    append(activate(new ThreadId("b")).append(started("r-b"), completed("r-b")));

    assertThat(get(store().unfinished(Optional.empty(), 2)))
        .extracting(ThreadId::value)
        .containsExactly("a", "c");
    assertThat(get(store().unfinished(Optional.of(new ThreadId("c")), 2)))
        .extracting(ThreadId::value)
        .containsExactly("d");
  }

  @Test
  void a_snapshot_shortens_the_tail() {
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
  void a_snapshot_of_an_old_epoch_is_ignored() {
    Owner old = create(ID);
    activate(ID);

    get(store().saveSnapshot(old.state(), old.epoch()));

    assertThat(get(store().activate(ID)).snapshot()).isEmpty();
  }

  @Test
  void a_snapshot_of_no_thread_is_ignored() {
    Owner owner = create(ID);
    get(store().delete(ID, owner.epoch()));

    get(store().saveSnapshot(owner.state(), owner.epoch()));

    assertThat(get(store().activate(ID)).snapshot()).isEmpty();
  }

  @Test
  void a_deleted_thread_leaves_nothing() {
    Owner owner = create(ID, Map.of("userId", "ann"));
    append(owner.append(Optional.of(done("op", "f")), queued("r1")));
    get(store().saveSnapshot(owner.state(), owner.epoch()));

    get(store().delete(ID, owner.epoch()));

    assertThat(get(store().head(ID))).isEmpty();
    assertThat(seqs(FactQuery.after(0, 10))).isEmpty();
    assertThat(get(store().operation(ID, "op"))).isEmpty();
    assertThat(listed(Map.of("userId", "ann"))).isEmpty();
    assertThat(get(store().unfinished(Optional.empty(), 10))).isEmpty();
    assertThat(activate(ID).state().exists()).isFalse();
  }

  @Test
  void deleting_twice_is_well_and_deleting_from_an_old_epoch_is_refused() {
    Owner old = create(ID);
    Owner newer = activate(ID);

    assertThat(failure(store().delete(ID, old.epoch())))
        .isEqualTo(new Failure.Fenced(ID, old.epoch()));
    get(store().delete(ID, newer.epoch()));
    get(store().delete(ID, newer.epoch()));

    assertThat(get(store().head(ID))).isEmpty();
  }

  @Test
  void the_owner_of_a_deleted_thread_can_write_neither_then_nor_into_its_successor() {
    Owner zombie = create(ID);
    Append late = zombie.draft(Optional.empty(), List.of(said("late")));
    get(store().delete(ID, zombie.epoch()));

    Failure then = failure(store().append(late));
    Owner successor = create(ID);
    Failure later = failure(store().append(late));

    assertThat(then).isEqualTo(new Failure.Fenced(ID, zombie.epoch()));
    assertThat(later).isEqualTo(new Failure.Fenced(ID, zombie.epoch()));
    assertThat(activate(ID).state()).isEqualTo(successor.state());
  }

  @Test
  void futures_complete_on_the_callers_context() {
    Context context = vertx.getOrCreateContext();
    Promise<Context> seen = Promise.promise();

    context.runOnContext(_ ->
        store()
            .activate(ID)
            .compose(a -> store().append(new Owner(ID, a).append(created(Map.of()))))
            .compose(_ -> store().head(ID))
            .onComplete(_ -> seen.complete(Vertx.currentContext())));

    assertThat(get(seen.future())).isSameAs(context);
  }

  @Test
  void a_closed_store_refuses() {
    get(store().close());

    assertThat(failure(store().activate(ID))).isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure(store().head(ID))).isInstanceOf(Failure.StorageFailed.class);
  }

  @Test
  void any_history_of_operations_is_like_that_of_a_plain_map() {
    for (long seed = 0; seed < 5; seed++) {
      new StoreAgainstModel(store(), seed).run(120);
    }
  }

  protected final Owner create(ThreadId id) {
    return create(id, Map.of());
  }

  protected final Owner create(ThreadId id, Map<String, String> metadata) {
    Owner owner = activate(id);
    append(owner.append(created(metadata)));
    return owner;
  }

  protected final Owner activate(ThreadId id) {
    return new Owner(id, get(store().activate(id)));
  }

  protected final void append(Append append) {
    get(store().append(append));
  }

  protected static OperationRecord done(String id, String fingerprint) {
    return done(id, fingerprint, Instant.ofEpochSecond(5));
  }

  private static OperationRecord done(String id, String fingerprint, Instant at) {
    return new OperationRecord(
        new Operation(id, fingerprint), new Answer.RunAccepted(new RunId("r1"), 4), at);
  }

  private static FactQuery query(
      long after,
      long before,
      Set<Class<? extends ThreadEvent>> types,
      @Nullable RunId run,
      int limit,
      boolean last) {
    return new FactQuery(after, before, types, run, limit, last);
  }

  private List<Long> seqs(FactQuery query) {
    return get(store().read(ID, query)).stream().map(Fact::seq).toList();
  }

  private List<ThreadId> listed(Map<String, String> metadata) {
    return listed(null, metadata);
  }

  private List<ThreadId> listed(@Nullable ThreadStatus status, Map<String, String> metadata) {
    ThreadQuery query = new ThreadQuery(status, metadata, 100, null);
    return get(store().list(query)).items().stream().map(ThreadHead::threadId).toList();
  }

  private Page<ThreadHead> list(@Nullable String cursor, int limit) {
    return get(store().list(new ThreadQuery(null, Map.of(), limit, cursor)));
  }

  /// What the future gives, within ten seconds.
  protected static <T> T get(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the store did not answer", e);
    }
  }

  /// Why the future fails, within ten seconds.
  protected static Failure failure(Future<?> future) {
    try {
      throw new AssertionError("expected a failure, got " + get(future));
    } catch (FailureException e) {
      return e.failure();
    }
  }
}
