package dev.artserver.thread;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.util.List;

/// A thread's state as the store has it: the fold of all its facts.
///
/// @param snapshotSeq seq of the snapshot it was made from; 0: none
/// @param imageBytes about how many bytes of images the facts behind that snapshot hold
record StoredState(ThreadState state, long snapshotSeq, long imageBytes) {
  private static final int PAGE = 500;

  /// Folds what was loaded, and reads the rest of the log when there is more.
  static Future<StoredState> of(ThreadStore store, LoadedThread loaded) {
    ThreadState base = loaded.base();
    StoredState soFar = new StoredState(base, base.seq(), 0).after(loaded.tail());
    return loaded.more() ? readOn(store, soFar) : Future.succeededFuture(soFar);
  }

  private static Future<StoredState> readOn(ThreadStore store, StoredState soFar) {
    FactQuery next = FactQuery.after(soFar.state.seq(), PAGE);
    return store
        .read(soFar.state.id(), next)
        .compose(page -> {
          StoredState more = soFar.after(page);
          return page.isEmpty() || next.exhaustedBy(page)
              ? Future.succeededFuture(more)
              : readOn(store, more);
        });
  }

  private StoredState after(List<Fact> facts) {
    ThreadState next = state;
    long images = imageBytes;
    for (Fact fact : facts) {
      next = next.after(fact);
      images += fact.imageBytes();
    }
    return new StoredState(next, snapshotSeq, images);
  }
}
