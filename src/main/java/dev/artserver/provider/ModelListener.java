package dev.artserver.provider;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;

/// Receives the answer of one model call.
public interface ModelListener {
  /// More of the answer's text, never empty.
  void onText(String text);

  /// More of what the model thinks, never empty.
  void onThinking(String text);

  /// The call ended well; the reply holds the whole of it.
  void onDone(ModelReply reply);

  /// The call ended badly: `ProviderError`, `TimedOut`, `Full` or `CircuitOpen`.
  void onFailed(Failure failure);
}
