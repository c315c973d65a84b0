package dev.artserver.observe;

import io.vertx.core.Future;
import java.util.function.Supplier;

/// A condition without which requests cannot be served.
///
/// @param name as it appears in `/health/ready`
/// @param check succeeds when the condition holds; called on an event loop, must not block
public record HealthCheck(String name, Supplier<Future<?>> check) {}
