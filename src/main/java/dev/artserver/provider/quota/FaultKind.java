package dev.artserver.provider.quota;

import dev.artserver.model.Failure;

/// What a failed call says about its provider.
public enum FaultKind {
  /// 429, or 529 (overloaded): it wants fewer calls.
  RATE_LIMIT,
  /// Any other 5xx.
  SERVER_ERROR,
  /// It did not answer, or fell silent; or 408.
  TIMEOUT,
  /// No connection, or one that broke, or a stream that made no sense.
  CONNECTION,
  /// Nothing: a request it refuses, an end of ours.
  NONE;

  public static FaultKind of(Failure failure) {
    return switch (failure) {
      case Failure.ProviderError error -> ofStatus(error.providerStatus());
      case Failure.TimedOut late when late.code().equals("LLM_TIMEOUT") -> TIMEOUT;
      default -> NONE;
    };
  }

  private static FaultKind ofStatus(int status) {
    return switch (status) {
      case 0 -> CONNECTION;
      case 408 -> TIMEOUT;
      case 429, 529 -> RATE_LIMIT;
      default -> status / 100 == 5 ? SERVER_ERROR : NONE;
    };
  }

  /// Whether the same call may go well a little later. A timeout has used up its time already.
  public boolean transientFault() {
    return switch (this) {
      case RATE_LIMIT, SERVER_ERROR, CONNECTION -> true;
      case TIMEOUT, NONE -> false;
    };
  }
}
