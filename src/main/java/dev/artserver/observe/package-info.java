/// Metrics and health; it subscribes and is never called from the core.
@NullMarked
package dev.artserver.observe;

import org.jspecify.annotations.NullMarked;
