package dev.artserver.provider.wire;

/// What is wrong with a stream.
///
/// @param status the HTTP status the service's own error stands for; 0: none
public record Fault(int status, String message) {}
