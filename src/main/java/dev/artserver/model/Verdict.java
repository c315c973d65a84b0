package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The answer to one question of a suspension.
///
/// @param callId the tool call that was asked about
/// @param value what the person gave; null: nothing
/// @param reason in the person's words; null: none
/// @param modifiedArgs arguments in place of the model's; null: the model's
public record Verdict(
    String callId,
    boolean approved,
    @Nullable JsonNode value,
    @Nullable String reason,
    @Nullable ObjectNode modifiedArgs) {}
