package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.StateChange;
import org.jspecify.annotations.Nullable;

/// A client's batch of changes. Its body was checked against the API's contract.
///
/// @param expectedVersion the version it applies to; null: any
public record StateBatchRequest(StateChange change, @Nullable Long expectedVersion) {

  public static StateBatchRequest read(ObjectNode body) {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    change.put("kind", "batch");
    change.set("operations", body.get("operations"));
    return new StateBatchRequest(
        ChangeJson.read(new Members(change)),
        body.has("expectedVersion") ? body.get("expectedVersion").longValue() : null);
  }
}
