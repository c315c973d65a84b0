/// Tools that come with the server.
@NullMarked
package dev.artserver.tool.builtin;

import org.jspecify.annotations.NullMarked;
