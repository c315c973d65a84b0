package dev.artserver.store.file;

import static dev.artserver.model.Checks.require;

import dev.artserver.wire.WriteVersion;
import java.nio.file.Path;

/// The directory and the limits of the file store.
///
/// @param directory holds the database and its lock; made when it is missing
/// @param writesMax writes that may wait at once, at least 1; then `Full`
/// @param writeBytesMax bytes of those writes, at least 1 MiB; then `Full`
/// @param readsMax reads that may wait at once, at least 1; then `Full`
/// @param readers threads that read, each with a connection of its own, 1 to 16
/// @param databaseBytesMax bytes the database may grow to, at least 1 MiB; then `StorageFailed`
/// @param writeVersion the newest version of facts that may be written; beyond: `HeldBack`
public record FileStoreConfig(
    Path directory,
    int writesMax,
    long writeBytesMax,
    int readsMax,
    int readers,
    long databaseBytesMax,
    WriteVersion writeVersion) {
  private static final long MIB = 1024L * 1024L;

  public FileStoreConfig {
    require(writesMax >= 1, "store.writesMax must be at least 1, got " + writesMax);
    require(
        writeBytesMax >= MIB,
        "store.writeBytesMax must be at least " + MIB + ", got " + writeBytesMax);
    require(readsMax >= 1, "store.readsMax must be at least 1, got " + readsMax);
    require(readers >= 1 && readers <= 16, "store.readers must be 1 to 16, got " + readers);
    require(
        databaseBytesMax >= MIB,
        "store.databaseBytesMax must be at least " + MIB + ", got " + databaseBytesMax);
  }

  /// Limits for a small server: 8,192 writes of 64 MiB in all, 8,192 reads, two readers, a database
  /// of 1 TiB.
  public static FileStoreConfig in(Path directory) {
    return new FileStoreConfig(
        directory, 8_192, 64 * MIB, 8_192, 2, 1024 * 1024 * MIB, WriteVersion.newest());
  }

  /// The same with facts held back to that version.
  public FileStoreConfig withWriteVersion(WriteVersion version) {
    return new FileStoreConfig(
        directory, writesMax, writeBytesMax, readsMax, readers, databaseBytesMax, version);
  }
}
