package dev.artserver.admission;

import java.time.Duration;

/// The load of the machine.
///
/// @param cpu share of all cores that is busy, 0 to 1
/// @param ownCpu share of all cores that this process keeps busy, 0 to 1
/// @param heap share of the largest heap that is still used after a collection, 0 to 1
/// @param eventLoopLag the longest delay of an event loop since the last measurement
public record MachineLoad(double cpu, double ownCpu, double heap, Duration eventLoopLag) {}
