package dev.artserver.observe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// One server of those that are one.
///
/// @param id of this start of it
/// @param version of its build
/// @param address where others reach its API; for people
/// @param self whether it is the one that was asked
public record InstanceStats(
    String id,
    String version,
    int threads,
    int threadsMax,
    int runs,
    int runsMax,
    int waitingRuns,
    boolean draining,
    String address,
    boolean self) {
  /// With the names of the API.
  public ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", id);
    node.put("version", version);
    node.put("threads", threads);
    node.put("threadsMax", threadsMax);
    node.put("runs", runs);
    node.put("runsMax", runsMax);
    node.put("waitingRuns", waitingRuns);
    node.put("draining", draining);
    node.put("address", address);
    node.put("self", self);
    return node;
  }
}
