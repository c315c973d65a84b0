package dev.artserver.wire.remote;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The version of what instances send each other, as the member `v`. It grows for what a receiver
/// of an earlier release must not ignore; the sender writes the least version that it needs. A new
/// kind of command or item needs none: its name is not known.
final class Versions {
  static final int NEWEST = 1;

  private Versions() {}

  static void write(Fields out) throws IOException {
    out.number("v", NEWEST);
  }

  /// Fails with `TooNew`, named `what`, for a version that is not known. One that is missing is the
  /// first.
  static void check(Members in, @Nullable ThreadId thread, String what) {
    long version = in.treeOrNull("v") == null ? 1 : in.number("v");
    if (version > NEWEST) {
      throw tooNew(thread, what + " of version " + version);
    }
  }

  static FailureException tooNew(@Nullable ThreadId thread, String what) {
    return new FailureException(new Failure.TooNew(thread, what));
  }
}
