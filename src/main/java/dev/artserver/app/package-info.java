/// `Main`, the entry point. The work is in the inner rooms.
@NullMarked
package dev.artserver.app;

import org.jspecify.annotations.NullMarked;
