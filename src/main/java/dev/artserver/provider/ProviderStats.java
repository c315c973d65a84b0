package dev.artserver.provider;

/// One provider's numbers at one moment, all of the same moment.
///
/// @param limit permits there are
/// @param inUse permits out now
/// @param waiting calls in line now
/// @param waitingMax calls that may be in line
/// @param granted permits given since the start, as the next three
/// @param refusedFull calls refused because the line was full
/// @param refusedLate calls that waited too long
/// @param ranOut permits never given back, taken back after `callTimeout` and some slack
public record ProviderStats(
    String name,
    String kind,
    int limit,
    int inUse,
    int waiting,
    int waitingMax,
    long granted,
    long refusedFull,
    long refusedLate,
    long ranOut) {}
