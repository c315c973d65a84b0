/// The words everything else speaks in: ids, configuration, state, facts, runs, messages, failures.
@NullMarked
package dev.artserver.model;

import org.jspecify.annotations.NullMarked;
