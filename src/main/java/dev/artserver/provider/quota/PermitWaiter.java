package dev.artserver.provider.quota;

/// Is told the outcome of a claim that had to wait.
public interface PermitWaiter {
  /// The claim was granted or refused. On any thread; must not block.
  void onSettled(PermitClaim claim);

  /// A granted claim lost its permit before it was released: its source cannot keep it any longer,
  /// and may soon give the permit to another. What it was for must end now. On any thread; must not
  /// block. Sources of this process alone never call it.
  default void onLost(PermitClaim claim) {}
}
