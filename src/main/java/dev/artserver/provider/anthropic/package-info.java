/// Anthropic's Messages API.
@NullMarked
package dev.artserver.provider.anthropic;

import org.jspecify.annotations.NullMarked;
