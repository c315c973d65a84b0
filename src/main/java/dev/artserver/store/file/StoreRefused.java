package dev.artserver.store.file;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The store cannot be opened; the database is as it was. The message is one line for the operator:
/// the directory and the reason.
public final class StoreRefused extends RuntimeException {
  StoreRefused(Path directory, String reason, @Nullable Throwable cause) {
    super("data directory " + directory + ": " + reason, cause);
  }
}
