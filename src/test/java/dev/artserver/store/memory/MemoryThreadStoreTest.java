package dev.artserver.store.memory;

import static dev.artserver.store.Owner.said;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.Fact;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.store.Append;
import dev.artserver.store.Owner;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadStoreContract;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class MemoryThreadStoreTest extends ThreadStoreContract {
  @Override
  protected ThreadStore open() {
    return new MemoryThreadStore();
  }

  @Override
  public void appendNewer(Owner owner) {
    ThreadEvent newer =
        new ThreadEvent.Unknown(
            "message",
            99,
            null,
            JsonNodeFactory.instance.objectNode(),
            Set.of(ThreadEvent.MessageAdded.class));
    Fact fact = owner.state().next(newer, Instant.EPOCH);
    ThreadHead head = owner.append(said("hello")).head();
    append(new Append(ID, 1, owner.epoch(), List.of(fact), head, Optional.empty()));
  }
}
