package dev.artserver.admission;

import java.time.Duration;
import java.util.Optional;

/// A run's place in the pool's queue if no other run joined.
///
/// @param position 1: next
/// @param estimate about how long it still waits, from how fast slots came free lately; empty when
///   none did
public record PoolPlace(int position, Optional<Duration> estimate) {}
