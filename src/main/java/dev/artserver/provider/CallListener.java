package dev.artserver.provider;

import dev.artserver.model.Failure;

/// Receives the answer of a model call that is asked again when it fails.
public interface CallListener extends ModelListener {
  /// An answer broke off after it had begun, and is asked for again: what came of it is void, and
  /// whatever comes next belongs to a new answer.
  void onAgain(Failure failure);
}
