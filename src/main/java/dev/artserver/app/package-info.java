/// Main, the server's configuration, and the wiring of everything by constructors.
@NullMarked
package dev.artserver.app;

import org.jspecify.annotations.NullMarked;
