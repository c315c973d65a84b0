/// How many calls a provider gets: calls at once, rates, pauses and the circuit breaker.
@NullMarked
package dev.artserver.provider.quota;

import org.jspecify.annotations.NullMarked;
