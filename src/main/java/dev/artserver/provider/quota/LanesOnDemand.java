package dev.artserver.provider.quota;

import dev.artserver.flow.Lane;

/// Lanes that are made when they are first asked for, and forgotten when they rest.
///
/// @param rules of each of them
/// @param max how many are remembered at once, at least 1; one more is refused (`LANES`) while none
///   of them rests
public record LanesOnDemand(Lane.Rules rules, int max) {}
