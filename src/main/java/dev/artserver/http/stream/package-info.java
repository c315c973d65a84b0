/// What happens to threads as Server-Sent Events, and waits for the end of a run.
@NullMarked
package dev.artserver.http.stream;

import org.jspecify.annotations.NullMarked;
