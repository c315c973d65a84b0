package dev.artserver.http.exchange;

/// How one door of the server writes what is not an ordinary answer. Routes of another protocol
/// have a dialect of their own.
public record Dialect(ErrorFormat errors, StreamEncoding streams) {}
