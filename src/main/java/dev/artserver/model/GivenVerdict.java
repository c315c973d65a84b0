package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// A `Verdict` as a client gives it.
///
/// @param callId null: the suspension has one question
/// @param value as of `Verdict`
/// @param reason as of `Verdict`
/// @param modifiedArgs as of `Verdict`
public record GivenVerdict(
    @Nullable String callId,
    boolean approved,
    @Nullable JsonNode value,
    @Nullable String reason,
    @Nullable ObjectNode modifiedArgs) {
  public Verdict about(String call) {
    return new Verdict(call, approved, value, reason, modifiedArgs);
  }
}
