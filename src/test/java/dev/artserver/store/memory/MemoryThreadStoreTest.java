package dev.artserver.store.memory;

import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadStoreContract;

class MemoryThreadStoreTest extends ThreadStoreContract {
  @Override
  protected ThreadStore open() {
    return new MemoryThreadStore();
  }
}
