package dev.artserver.store.postgres;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.Owner.said;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Two servers that both take a thread for theirs.
class TwoOwnersTest {
  private static final int THREADS = 10;
  private static final int ROUNDS = 100;

  @Test
  void of_two_owners_that_write_at_once_no_fact_is_lost_and_none_is_there_twice() throws Exception {
    long seed = System.nanoTime();
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.of(TwoOwnersTest.class);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      PostgresThreadStore one = get(PostgresThreadStore.open(vertx, database.config()));
      PostgresThreadStore other = get(PostgresThreadStore.open(vertx, database.config()));
      List<java.util.concurrent.Future<Integer>> refused = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Contest contest = new Contest(one, other, new ThreadId("t" + i), seed + i);
        refused.add(threads.submit(contest::run));
      }

      for (java.util.concurrent.Future<Integer> count : refused) {
        assertThat(count.get()).as("owners shut out").isPositive();
      }
      get(one.close());
      get(other.close());
    } finally {
      get(vertx.close());
    }
  }

  /// The rounds about one thread.
  private record Contest(
      PostgresThreadStore one, PostgresThreadStore other, ThreadId id, long seed) {
    /// Gives how often an owner was shut out.
    int run() {
      Random random = new Random(seed);
      Owner known = new Owner(id, get(one.activate(id)));
      get(one.append(known.append(created(Map.of()))));
      List<String> acknowledged = new ArrayList<>();
      int refused = 0;
      for (int round = 0; round < ROUNDS; round++) {
        // Either an owner is shut out while it writes, or two take over at once.
        Owner before = known;
        String a = "a" + round;
        String b = "b" + round;
        Future<String> left =
            random.nextBoolean()
                ? write(one, before, a)
                : activate(one).compose(owner -> write(one, owner, a));
        Future<String> right = activate(other).compose(owner -> write(other, owner, b));
        for (Future<String> write : List.of(left, right)) {
          try {
            acknowledged.add(get(write));
          } catch (FailureException e) {
            assertThat(e.failure().code())
                .as(where(round))
                .isIn("FENCED", "CONCURRENT_MODIFICATION");
            refused++;
          }
        }
        known = get(activate(one));
      }
      assertThat(texts()).as(where(ROUNDS)).containsExactlyInAnyOrderElementsOf(acknowledged);
      return refused;
    }

    private String where(int round) {
      return "seed " + seed + " round " + round;
    }

    private Future<Owner> activate(PostgresThreadStore store) {
      return store.activate(id).map(activation -> new Owner(id, activation));
    }

    private static Future<String> write(PostgresThreadStore store, Owner owner, String text) {
      return store.append(owner.append(said(text))).map(text);
    }

    /// All messages; fails when a seq is missing.
    private List<String> texts() {
      List<String> texts = new ArrayList<>();
      long seq = 0;
      FactQuery query = FactQuery.after(0, 1_000);
      List<Fact> page = get(other.read(id, query));
      while (!page.isEmpty()) {
        for (Fact fact : page) {
          assertThat(fact.seq()).isEqualTo(++seq);
          if (fact.event() instanceof ThreadEvent.MessageAdded added) {
            texts.add(added.message().content());
          }
        }
        page = get(other.read(id, FactQuery.after(seq, 1_000)));
      }
      return texts;
    }
  }
}
