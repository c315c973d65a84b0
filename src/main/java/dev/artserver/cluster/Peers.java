package dev.artserver.cluster;

import java.util.List;
import java.util.function.Consumer;

/// The instances that live now, as this one sees it. Instances may differ for some seconds. For any
/// thread.
public interface Peers {
  InstanceId self();

  /// Every instance that lives, this one included, in the order of their ids.
  List<InstanceInfo> living();

  /// Whether an instance lives. True for one that has not been heard of yet while its lease stands.
  boolean lives(InstanceId id);

  /// Tells of each instance that has ended or died, on the context of the peers. Never this one.
  void onGone(Consumer<InstanceId> listener);
}
