/// A model call from request to answer: key, permit, retries, fallbacks. Puts the other rooms
/// together.
@NullMarked
package dev.artserver.provider.call;

import org.jspecify.annotations.NullMarked;
