/// Google's Gemini API.
@NullMarked
package dev.artserver.provider.gemini;

import org.jspecify.annotations.NullMarked;
