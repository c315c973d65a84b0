package dev.artserver.app.config;

/// A value given on the command line; it wins over the environment and the file.
///
/// @param option as a person wrote it: `--port`
/// @param key the key it sets: `server.port`
public record Argument(String option, String key, String value) {}
