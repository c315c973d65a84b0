package dev.artserver.store;

import static dev.artserver.store.Owner.created;
import static dev.artserver.store.StoreUnderTest.failure;
import static dev.artserver.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The contract of every store. The test of each store extends it.
public abstract class ThreadStoreContract
    implements AppendContract,
        LoadContract,
        OperationContract,
        FactReadContract,
        ThreadListContract,
        SnapshotContract,
        NewerFactsContract,
        CopyContract,
        DeleteContract {
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

  @Override
  public final ThreadStore store() {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
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
  void an_open_store_can_write_and_read() {
    get(store().check());
  }

  @Test
  void a_closed_store_refuses() {
    get(store().close());

    assertThat(failure(store().activate(ID))).isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure(store().head(ID))).isInstanceOf(Failure.StorageFailed.class);
    assertThat(failure(store().check())).isInstanceOf(Failure.StorageFailed.class);
  }

  @Test
  void any_history_of_operations_is_like_that_of_a_plain_map() {
    for (long seed = 0; seed < 5; seed++) {
      new StoreAgainstModel(store(), seed).run(120);
    }
  }
}
