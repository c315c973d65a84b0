/// Any OpenAI-compatible chat completions service.
@NullMarked
package dev.artserver.provider.openai;

import org.jspecify.annotations.NullMarked;
