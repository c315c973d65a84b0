/// The log in SQLite: one machine, acknowledged means on disk.
@NullMarked
package dev.artserver.store.file;

import org.jspecify.annotations.NullMarked;
