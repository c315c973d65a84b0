/// The client of the `demo` command: it starts many runs through the API and reads their logs back.
@NullMarked
package dev.artserver.app.demo;

import org.jspecify.annotations.NullMarked;
