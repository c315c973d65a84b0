/// Connections of clients, and how much is open at once.
@NullMarked
package dev.artserver.http.connection;

import org.jspecify.annotations.NullMarked;
