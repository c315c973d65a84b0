/// What the clients of model services have in common: connections, the streams that come over them,
/// answers as they grow, refusals. Each service's own words stand in its own room.
@NullMarked
package dev.artserver.provider.wire;

import org.jspecify.annotations.NullMarked;
