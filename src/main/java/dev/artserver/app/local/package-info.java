/// A cluster of server processes on this machine, with a PostgreSQL and a Redis of its own: for
/// trying it out and for tests.
@NullMarked
package dev.artserver.app.local;

import org.jspecify.annotations.NullMarked;
