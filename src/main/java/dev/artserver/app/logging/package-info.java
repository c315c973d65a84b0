/// How log entries are written: to standard error, one line each, as words or as JSON.
@NullMarked
package dev.artserver.app.logging;

import org.jspecify.annotations.NullMarked;
