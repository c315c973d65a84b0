package dev.artserver.store.postgres;

import static dev.artserver.store.Owner.said;

import dev.artserver.store.Owner;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresThreadStoreContractTest extends ThreadStoreContract {
  private static TestDatabase database;

  @BeforeAll
  static void makeDatabase() {
    database = TestDatabase.of(PostgresThreadStoreContractTest.class);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Override
  protected ThreadStore open() {
    return PostgresThreadStore.open(vertx, database.emptied().config()).await();
  }

  @Override
  public void appendNewer(Owner owner) {
    append(owner.append(said("hello")));
    database.run("UPDATE facts SET schema = 99 WHERE seq = 2");
  }
}
