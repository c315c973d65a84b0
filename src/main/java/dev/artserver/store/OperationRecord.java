package dev.artserver.store;

import dev.artserver.model.Answer;
import dev.artserver.model.OperationKey;
import java.time.Instant;

/// A command that was carried out, and the answer to it.
public record OperationRecord(OperationKey operation, Answer answer, Instant at) {}
