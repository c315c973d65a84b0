package dev.artserver.store;

import dev.artserver.model.Answer;
import dev.artserver.model.OperationKey;
import java.time.Instant;

/// A command that was carried out, and what it was answered.
public record OperationRecord(OperationKey operation, Answer answer, Instant at) {}
