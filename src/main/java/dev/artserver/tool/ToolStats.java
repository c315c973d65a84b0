package dev.artserver.tool;

/// Tool calls in progress.
///
/// @param running at work; one that was cancelled or took too long counts until it really ends
/// @param waiting for a place
public record ToolStats(int running, int waiting) {}
