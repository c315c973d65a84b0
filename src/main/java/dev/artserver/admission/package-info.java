/// How many runs proceed at once, and which waiting run is next.
@NullMarked
package dev.artserver.admission;

import org.jspecify.annotations.NullMarked;
