package dev.artserver.model;

/// A caller's name for one request, so that sending it again does no harm.
///
/// @param id 1 to 255 visible characters (`Idempotency-Key`)
/// @param fingerprint digest of what was asked; the same id with another one is refused
public record Operation(String id, String fingerprint) {}
