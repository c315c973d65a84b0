/// Model providers as other rooms see them: the ports, what a call is made with, what can be asked.
@NullMarked
package dev.artserver.provider;

import org.jspecify.annotations.NullMarked;
