package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// Identifies a command, so that sending it again does no harm (`Idempotency-Key`). Keys of
/// different callers are different, whatever text the clients chose.
///
/// @param id unique among all callers; made by `id`
/// @param fingerprint digest of what was asked, with the mark of its form; the same id with another
///   fingerprint is refused
/// @param formerFingerprint the same digest in the earlier form, which had no mark; null: not
///   known, as in a stored key
public record OperationKey(String id, String fingerprint, @Nullable String formerFingerprint) {
  /// Not a visible character, hence in no client's key, and a control character, hence in no name.
  private static final char END = '\n';

  /// A key as it is stored.
  public OperationKey(String id, String fingerprint) {
    this(id, fingerprint, null);
  }

  /// The id of the key that `caller` calls `key`. For an anonymous caller it is `key`, as it was
  /// before there were callers.
  ///
  /// @param key 1 to 255 visible characters
  public static String id(Caller caller, String key) {
    if (caller.anonymous()) {
      return key;
    }
    String client = caller.onBehalfOf();
    return caller.id() + END + (client == null ? "" : client) + END + key;
  }

  /// What a store keeps of it.
  public OperationKey stored() {
    return formerFingerprint == null ? this : new OperationKey(id, fingerprint);
  }

  /// The key as the client wrote it.
  public String clientKey() {
    return id.substring(id.lastIndexOf(END) + 1);
  }

  /// Whether `stored`, with the same id, asked for the same. Keys are stored for 24 hours, so for
  /// that long after an update some have the former form.
  public boolean sameRequest(OperationKey stored) {
    return fingerprint.equals(stored.fingerprint)
        || (formerFingerprint != null && formerFingerprint.equals(stored.fingerprint));
  }
}
