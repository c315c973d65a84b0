package dev.artserver.provider.call;

/// Whether a provider's model runs on a machine of ours, which holds one model at a time.
public enum Locality {
  /// It is a service; its own limits hold.
  REMOTE,
  /// One call at a time over all local providers; the others wait in the queue.
  LOCAL,
  /// One call at a time over all local providers; the others are refused at once, with
  /// `LOCAL_INSTANCE_BUSY` when they ask for the model at work and `LOCAL_PROVIDER_CONFLICT` when
  /// they ask for another.
  LOCAL_REFUSING
}
