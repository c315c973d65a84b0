/// One server: its rooms put together by constructors, started from the store up and stopped the
/// other way round.
@NullMarked
package dev.artserver.app.server;

import org.jspecify.annotations.NullMarked;
