/// The contract: `openapi.yaml`, its operations and its schemas.
@NullMarked
package dev.artserver.http.contract;

import org.jspecify.annotations.NullMarked;
