package dev.artserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ThreadState;
import dev.artserver.wire.LogCorpus.StoredSnapshot;
import org.junit.jupiter.api.Test;

/// A snapshot is a shorter way to the state that the log gives. When `ThreadState.after` gives
/// another state, earlier snapshots are wrong, and only the fold's version tells.
class FoldVersionTest {
  private static final String TO_DO =
      """
      ThreadState.after gives another state for the facts of %s up to %d than it did, with the same \
      ThreadState.FOLD_VERSION %d. If that is meant: raise FOLD_VERSION, run LogCorpus.main into a \
      directory of its own, and keep its snapshots.tsv as src/test/resources/folds/fold-%d.tsv.\
      """;

  @Test
  void the_fold_gives_the_states_that_its_version_stands_for() {
    int version = ThreadState.FOLD_VERSION;

    for (StoredSnapshot stored : LogCorpus.folded(version)) {
      ThreadState state = LogCorpus.fold("0.1", stored.thread(), stored.seq());

      assertThat(StateJson.snapshot(stored.body()))
          .as(TO_DO, stored.thread(), stored.seq(), version, version + 1)
          .contains(state);
    }
  }
}
