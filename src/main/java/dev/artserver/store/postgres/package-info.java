/// The store in PostgreSQL, which several servers may share. Acknowledged means committed there.
@NullMarked
package dev.artserver.store.postgres;

import org.jspecify.annotations.NullMarked;
