package dev.artserver.store.file;

import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileThreadStoreContractTest extends ThreadStoreContract {
  @TempDir Path directory;

  @Override
  protected ThreadStore open() {
    return FileThreadStore.open(vertx, FileStoreConfig.in(directory)).await();
  }
}
