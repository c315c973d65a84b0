/// Agent cores: pure functions from what a run knows to what it does next.
@NullMarked
package dev.artserver.agent;

import org.jspecify.annotations.NullMarked;
