/// The API keys a provider is called with, and the pooled client of each.
@NullMarked
package dev.artserver.provider.key;

import org.jspecify.annotations.NullMarked;
