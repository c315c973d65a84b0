package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.StateChange;
import org.jspecify.annotations.Nullable;

/// A batch of changes in the agent's own terms. The body fits the API's contract already.
///
/// @param expectedVersion the version it is meant for; null: any
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
