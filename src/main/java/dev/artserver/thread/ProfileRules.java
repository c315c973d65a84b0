package dev.artserver.thread;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ThreadConfig;

/// How a thread's configuration is read from what a client wrote.
public interface ProfileRules {
  /// The configuration of a thread whose client said nothing.
  ThreadConfig defaults();

  /// `current` with `patch` (RFC 7396, in the API's form) merged in; a null resets a field to the
  /// default.
  ///
  /// @throws dev.artserver.model.FailureException with `Invalid` when it makes no configuration
  ThreadConfig merge(ThreadConfig current, ObjectNode patch);
}
