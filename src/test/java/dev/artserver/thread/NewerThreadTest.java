package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.store.Append;
import dev.artserver.store.Owner;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A thread that a newer release wrote to belongs to instances of that release.
class NewerThreadTest {
  private static final ThreadId THREAD = new ThreadId("t1");

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  private Owner newer;

  @BeforeEach
  void write() {
    newer = new Owner(THREAD, LiveThreads.await(live.services.store().activate(THREAD)));
    append(newer.append(Owner.created(Map.of()), Owner.queued("r1")));
    ThreadEvent dreamt =
        new ThreadEvent.Unknown(
            "run.dreamt",
            99,
            new RunId("r1"),
            JsonNodeFactory.instance.objectNode().put("runId", "r1"),
            Set.of());
    Fact fact = newer.state().next(dreamt, Instant.EPOCH);
    ThreadHead head = newer.append(Owner.said("stands for it")).head();
    append(new Append(THREAD, 2, newer.epoch(), List.of(fact), head, Optional.empty()));
  }

  private void append(Append append) {
    LiveThreads.await(live.services.store().append(append));
  }

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void recovery_leaves_it_alone_and_ends() {
    int recovered = LiveThreads.await(live.threads.activator().recover());

    assertThat(recovered).isZero();
    LiveThreads.await(live.services.store().delete(THREAD, newer.epoch(), 3));
  }

  @Test
  void commands_and_its_state_are_refused_by_name() {
    assertThat(refusal(live.threads.ask(LiveThreads.creation(THREAD)))).isEqualTo("TOO_NEW");
    assertThat(refusal(live.threads.state(THREAD))).isEqualTo("TOO_NEW");
  }

  @Test
  void its_head_and_its_facts_are_read() {
    ThreadHead head = LiveThreads.await(live.threads.find(THREAD));
    List<Fact> facts = LiveThreads.await(live.threads.facts(THREAD, FactQuery.after(0, 10)));

    assertThat(head.seq()).isEqualTo(3);
    assertThat(facts.getLast().event()).isInstanceOf(ThreadEvent.Unknown.class);
  }

  private static String refusal(Future<?> asked) {
    return LiveThreads.await(
        asked.transform(
            done -> Future.succeededFuture(((FailureException) done.cause()).failure().code())));
  }
}
