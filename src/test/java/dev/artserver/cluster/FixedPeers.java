package dev.artserver.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The instances that a test says live, this one first.
final class FixedPeers implements Peers {
  private final InstanceId self;
  private final TreeMap<InstanceId, InstanceInfo> living = new TreeMap<>();

  FixedPeers(String self, String... others) {
    this.self = new InstanceId(self);
    come(self);
    for (String other : others) {
      come(other);
    }
  }

  static InstanceInfo info(String id, boolean draining) {
    return new InstanceInfo(new InstanceId(id), "1", 0, 100, 0, 10, 0, draining, "");
  }

  void come(String id) {
    living.put(new InstanceId(id), info(id, false));
  }

  void go(String id) {
    living.remove(new InstanceId(id));
  }

  @Override
  public InstanceId self() {
    return self;
  }

  @Override
  public List<InstanceInfo> living() {
    return new ArrayList<>(living.values());
  }

  @Override
  public boolean lives(InstanceId id) {
    return living.containsKey(id);
  }

  @Override
  public void onGone(Consumer<InstanceId> listener) {}
}
