/// Tools: the port, the registry, schema checks and the runner.
@NullMarked
package dev.artserver.tool;

import org.jspecify.annotations.NullMarked;
