package dev.artserver.admission;

import java.time.Duration;

/// How much the machine has to do.
///
/// @param cpu share of all cores that is busy, 0 to 1
/// @param ownCpu share of all cores that this process keeps busy, 0 to 1
/// @param heap share of the largest heap that is still used after a collection, 0 to 1
/// @param eventLoopLag how late an event loop came to its work, at worst since the last look
public record MachineLoad(double cpu, double ownCpu, double heap, Duration eventLoopLag) {}
