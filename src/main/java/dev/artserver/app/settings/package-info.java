/// What people write into the configuration, with every default and rule, and each room's own
/// configuration made from it.
@NullMarked
package dev.artserver.app.settings;

import org.jspecify.annotations.NullMarked;
