package dev.artserver.tool;

/// Tool calls in progress.
///
/// @param running calls at work; a cancelled or timed-out call counts until its tool returns
/// @param waiting calls that wait for a running one to end
public record ToolStats(int running, int waiting) {}
