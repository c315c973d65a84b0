/// A deterministic model inside the server, for demonstrations and tests.
@NullMarked
package dev.artserver.provider.demo;

import org.jspecify.annotations.NullMarked;
