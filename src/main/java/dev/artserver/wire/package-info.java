/// JSON of the model: the one place that knows field names and schema versions.
@NullMarked
package dev.artserver.wire;

import org.jspecify.annotations.NullMarked;
