package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// Why a run failed, kept in its log.
///
/// @param code one of the failure codes
/// @param phase what it was doing; null when it had not begun
/// @param step the item of the plan it was at; null when at none
public record RunFailure(
    String code, String message, @Nullable Phase phase, @Nullable String step) {}
