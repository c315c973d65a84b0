package dev.artserver.thread;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadId;

/// How a thread's configuration is read from what a client wrote.
public interface ProfileRules {
  /// The configuration of a thread whose client gave none.
  ThreadConfig defaults();

  /// `current` with `patch` (RFC 7396, in the API's form) merged in; a null resets a field to the
  /// default. A credential in it becomes part of the configuration encrypted, for `thread` alone.
  ///
  /// @throws dev.artserver.model.FailureException with `Invalid` when it makes no configuration
  ThreadConfig merge(ThreadId thread, ThreadConfig current, ObjectNode patch);
}
