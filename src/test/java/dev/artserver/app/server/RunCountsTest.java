package dev.artserver.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunCountsTest {
  private static final RunId RUN = new RunId("r");
  private static final Instant NOW = Instant.EPOCH;

  private final List<RunStatus> counted = new ArrayList<>();
  private final RunCounts counts = new RunCounts(counted::add);

  @Test
  void a_run_counts_as_running_once_however_often_it_is_begun() {
    tell(new ThreadEvent.RunStarted(RUN, 1), question(RUN));
    tell(new ThreadEvent.RunYielded(RUN));
    tell(new ThreadEvent.RunStarted(RUN, 1));
    tell(new ThreadEvent.RunStarted(RUN, 2));
    tell(
        new ThreadEvent.RunCompleted(
            RUN, new RunSummary(Duration.ZERO, Duration.ZERO, 1, 0, new Usage(1, 1, 0), false)));

    assertThat(counted).containsExactly(RunStatus.RUNNING, RunStatus.COMPLETED);
  }

  @Test
  void messages_of_no_run_count_for_nothing() {
    tell(question(null));

    assertThat(counted).isEmpty();
  }

  private static ThreadEvent question(@Nullable RunId run) {
    return new ThreadEvent.MessageAdded(new Message("m", Role.USER, "question", NOW, run, null));
  }

  private void tell(ThreadEvent... events) {
    List<Fact> facts = new ArrayList<>();
    for (ThreadEvent event : events) {
      facts.add(new Fact(1, 0, NOW, event));
    }
    counts.accept(new ThreadId("t"), facts);
  }
}
