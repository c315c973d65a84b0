/// Permits of providers that all instances share: one coordinator grants them as leases.
@NullMarked
package dev.artserver.cluster.quota;

import org.jspecify.annotations.NullMarked;
