/// Locks with a time limit that instances share: who should try. What keeps two owners harmless is
/// the store's epoch.
@NullMarked
package dev.artserver.lease;

import org.jspecify.annotations.NullMarked;
