package dev.artserver.cluster.quota;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.Peers;
import dev.artserver.lease.DistributedLock;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/// What the shared permits of one instance need of it.
///
/// @param clock makes the numbers of terms
/// @param nanos never goes back; from any thread
/// @param turn runs a task a little later, never at once
record Surroundings(
    Channel channel,
    Peers peers,
    DistributedLock lock,
    InstantSource clock,
    LongSupplier nanos,
    Executor turn,
    Host host,
    ClusterQuotaConfig config) {}
