package dev.artserver.admission;

import java.time.Duration;
import java.util.Optional;

/// Where a run stands in the pool's queue, if nobody else came.
///
/// @param position 1 being next
/// @param estimate about how long it still waits, from how fast slots came free lately; empty when
///   none did
public record PoolPlace(int position, Optional<Duration> estimate) {}
