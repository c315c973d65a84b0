/// Reads a configuration record from a YAML file and the environment. What keys there are, their
/// defaults, bounds and words stand on the record alone; reading, environment names and the
/// documented file come from it.
@NullMarked
package dev.artserver.app.config;

import org.jspecify.annotations.NullMarked;
