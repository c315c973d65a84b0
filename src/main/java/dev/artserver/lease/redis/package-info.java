/// Locks in Redis: standalone, sentinel or cluster.
@NullMarked
package dev.artserver.lease.redis;

import org.jspecify.annotations.NullMarked;
