/// The store in SQLite, for one machine. Acknowledged means on disk.
@NullMarked
package dev.artserver.store.file;

import org.jspecify.annotations.NullMarked;
