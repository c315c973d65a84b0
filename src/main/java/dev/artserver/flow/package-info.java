/// Small asynchronous parts that know `Future` but not `Vertx`.
@NullMarked
package dev.artserver.flow;

import org.jspecify.annotations.NullMarked;
