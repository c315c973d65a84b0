/// OpenAI's Responses API.
@NullMarked
package dev.artserver.provider.responses;

import org.jspecify.annotations.NullMarked;
