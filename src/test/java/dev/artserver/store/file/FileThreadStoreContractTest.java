package dev.artserver.store.file;

import static dev.artserver.store.Owner.said;

import dev.artserver.store.Owner;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadStoreContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.io.TempDir;

class FileThreadStoreContractTest extends ThreadStoreContract {
  @TempDir Path directory;

  @Override
  protected ThreadStore open() {
    return FileThreadStore.open(vertx, FileStoreConfig.in(directory)).await();
  }

  @Override
  public void appendNewer(Owner owner) throws SQLException {
    append(owner.append(said("hello")));
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("art.db"));
        Statement statement = db.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.executeUpdate("UPDATE facts SET schema = 99 WHERE seq = 2");
    }
  }
}
