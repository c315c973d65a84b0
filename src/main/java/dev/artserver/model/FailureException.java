package dev.artserver.model;

/// Carries a `Failure` through a `Future`. It has no stack trace: the failure says where it comes
/// from.
public final class FailureException extends RuntimeException {
  private final transient Failure failure;

  public FailureException(Failure failure) {
    super(failure.code() + ": " + failure.message(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
