/// The store in PostgreSQL. Acknowledged means committed there.
@NullMarked
package dev.artserver.store.postgres;

import org.jspecify.annotations.NullMarked;
