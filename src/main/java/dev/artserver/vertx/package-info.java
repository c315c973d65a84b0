/// Every use of Vert.x beyond its public API, a class for each. `VertxInternalsTest` names the
/// version they were written for and what to check on an upgrade.
@NullMarked
package dev.artserver.vertx;

import org.jspecify.annotations.NullMarked;
