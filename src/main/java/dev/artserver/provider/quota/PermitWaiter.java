package dev.artserver.provider.quota;

/// Is told the outcome of a claim that had to wait.
public interface PermitWaiter {
  /// The claim was granted or refused. On any thread; must not block.
  void onSettled(PermitClaim claim);
}
