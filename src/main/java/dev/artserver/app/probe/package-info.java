/// Parts of the product that the bench measures without HTTP.
@NullMarked
package dev.artserver.app.probe;

import org.jspecify.annotations.NullMarked;
