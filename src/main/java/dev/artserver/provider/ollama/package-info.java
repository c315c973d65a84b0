/// Ollama's own chat protocol.
@NullMarked
package dev.artserver.provider.ollama;

import org.jspecify.annotations.NullMarked;
