/// How many runs proceed at once, and who is next.
@NullMarked
package dev.artserver.admission;

import org.jspecify.annotations.NullMarked;
