package dev.artserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Makes the same random calls to a store and to plain maps, and compares them. Owners come and go
/// without knowing of each other, so the store must refuse many writes.
final class StoreAgainstModel {
  private static final int THREADS = 4;
  private static final long NO_OWNER = 0;

  private final ThreadStore store;
  private final long seed;
  private final Random random;
  private final Map<ThreadId, ThreadState> truth = new HashMap<>();
  private final Map<ThreadId, Long> ownerOf = new HashMap<>();
  private final Map<ThreadId, List<Fact>> logs = new HashMap<>();
  private final Map<ThreadId, List<Owner>> owners = new HashMap<>();

  StoreAgainstModel(ThreadStore store, long seed) {
    this.store = store;
    this.seed = seed;
    this.random = new Random(seed);
  }

  void run(int steps) {
    for (int step = 0; step < steps; step++) {
      ThreadId id = new ThreadId("s" + seed + "-" + random.nextInt(THREADS));
      String where = "seed " + seed + " step " + step + " " + id;
      switch (random.nextInt(10)) {
        case 0, 1 -> activate(id, where);
        case 2 -> delete(id, where);
        case 3 -> saveSnapshot(id);
        case 4 -> copy(id, where);
        default -> append(id, where);
      }
      compare(id, where);
    }
    truth.keySet().stream().toList().forEach(id -> activate(id, "seed " + seed + " end"));
  }

  private void activate(ThreadId id, String where) {
    Owner owner = new Owner(id, get(store.activate(id)));
    assertThat(owner.state()).as(where).isEqualTo(truth.getOrDefault(id, ThreadState.empty(id)));
    owners.computeIfAbsent(id, _ -> new ArrayList<>()).add(owner);
    if (truth.containsKey(id)) {
      ownerOf.put(id, owner.epoch());
    }
  }

  private void append(ThreadId id, String where) {
    Owner owner = any(id);
    if (owner == null) {
      return;
    }
    long seqBefore = owner.state().seq();
    boolean creates = !truth.containsKey(id) && seqBefore == 0;
    ThreadState known = truth.get(id);
    boolean owns = known != null && owns(id, owner) && known.seq() == seqBefore;
    Append append =
        owner.append(
            seqBefore == 0 ? Owner.created(Map.of("n", "" + random.nextInt(3))) : Owner.said("x"));

    boolean done = succeeds(store.append(append));

    assertThat(done).as(where).isEqualTo(creates || owns);
    if (done) {
      truth.put(id, owner.state());
      ownerOf.put(id, owner.epoch());
      logs.computeIfAbsent(id, _ -> new ArrayList<>()).addAll(append.facts());
    } else {
      owners.getOrDefault(id, List.of()).remove(owner);
    }
  }

  private void delete(ThreadId id, String where) {
    Owner owner = any(id);
    if (owner == null) {
      return;
    }
    ThreadState known = truth.get(id);
    long seq = owner.state().seq();
    boolean allowed = known == null || (owns(id, owner) && known.seq() == seq);

    boolean done = succeeds(store.delete(id, owner.epoch(), seq));

    assertThat(done).as(where).isEqualTo(allowed);
    if (done) {
      truth.remove(id);
      logs.remove(id);
    }
  }

  private void copy(ThreadId id, String where) {
    ThreadId from = new ThreadId("s" + seed + "-" + random.nextInt(THREADS));
    ThreadState source = truth.get(from);
    if (source == null || from.equals(id)) {
      return;
    }
    List<Fact> facts =
        logs.getOrDefault(from, List.of()).subList(0, 1 + random.nextInt((int) source.seq()));
    ThreadState copied = ThreadState.empty(id);
    for (Fact fact : facts) {
      copied = copied.after(fact);
    }

    boolean done = succeeds(store.copy(new Copy(from, copied.head())));

    assertThat(done).as(where).isEqualTo(!truth.containsKey(id));
    if (done) {
      truth.put(id, copied);
      ownerOf.put(id, NO_OWNER);
      logs.put(id, new ArrayList<>(facts));
    }
  }

  private boolean owns(ThreadId id, Owner owner) {
    return ownerOf.getOrDefault(id, 0L) == owner.epoch();
  }

  private void saveSnapshot(ThreadId id) {
    Owner owner = any(id);
    if (owner != null && owner.state().exists()) {
      get(store.saveSnapshot(owner.state(), owner.epoch()));
    }
  }

  private void compare(ThreadId id, String where) {
    ThreadState state = truth.get(id);
    assertThat(get(store.head(id)))
        .as(where)
        .isEqualTo(state == null ? Optional.empty() : Optional.of(state.head()));
    List<Fact> log = logs.getOrDefault(id, List.of());
    assertThat(get(store.read(id, FactQuery.after(0, 1000)))).as(where).isEqualTo(log);
    List<ThreadId> listed =
        get(store.list(new ThreadQuery(null, Map.of(), 100, null))).items().stream()
            .map(ThreadHead::threadId)
            .filter(one -> one.value().startsWith("s" + seed + "-"))
            .toList();
    List<ThreadId> newestFirst =
        truth.values().stream()
            .map(ThreadState::head)
            .sorted(Comparator.comparing(ListCursor::of).reversed())
            .map(ThreadHead::threadId)
            .toList();
    assertThat(listed).as(where).isEqualTo(newestFirst);
  }

  private @Nullable Owner any(ThreadId id) {
    List<Owner> known = owners.getOrDefault(id, List.of());
    return known.isEmpty() ? null : known.get(random.nextInt(known.size()));
  }

  private static boolean succeeds(Future<Void> future) {
    try {
      get(future);
      return true;
    } catch (FailureException refused) {
      assertThat(refused.failure().code())
          .isIn("FENCED", "CONCURRENT_MODIFICATION", "THREAD_EXISTS");
      return false;
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the store did not answer", e);
    }
  }
}
