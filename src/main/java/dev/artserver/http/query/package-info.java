/// Answers read out of the facts of a thread.
@NullMarked
package dev.artserver.http.query;

import org.jspecify.annotations.NullMarked;
