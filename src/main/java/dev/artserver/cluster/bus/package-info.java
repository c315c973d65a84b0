/// Messages between instances on Vert.x's clustered event bus, with Hazelcast as cluster manager.
@NullMarked
package dev.artserver.cluster.bus;

import org.jspecify.annotations.NullMarked;
