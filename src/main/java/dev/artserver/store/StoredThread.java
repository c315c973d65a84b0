package dev.artserver.store;

import dev.artserver.model.ThreadId;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// A thread as a store keeps it, for copies between stores. JSON is passed on as it is, so that a
/// copy has facts of newer releases too. Times are milliseconds of the epoch.
///
/// @param epoch that of its owner
/// @param profile its configuration and labels
public record StoredThread(
    ThreadId id,
    long epoch,
    long seq,
    long stateVersion,
    String status,
    @Nullable String runId,
    @Nullable String title,
    long createdAt,
    long updatedAt,
    @Nullable Long dueAt,
    Buffer profile) {

  /// A fact of it.
  ///
  /// @param body its `data`
  public record Fact(
      long seq,
      long at,
      String type,
      @Nullable String runId,
      long stateVersion,
      int schema,
      Buffer body) {}

  /// A command that was carried out on it.
  public record Operation(String id, String fingerprint, long at, Buffer answer) {}
}
