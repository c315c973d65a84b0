/// One request and its answer: headers, body, problems.
@NullMarked
package dev.artserver.http.exchange;

import org.jspecify.annotations.NullMarked;
