package dev.artserver.flow;

import dev.artserver.flow.Permits.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers what it heard.
final class Asker implements Permits.Waiter {
  final List<Long> leases = new ArrayList<>();
  final List<Refusal> refusals = new ArrayList<>();
  Permits.@Nullable Wish wish;

  @Override
  public void onGranted(long lease) {
    leases.add(lease);
  }

  @Override
  public void onRefused(Refusal why) {
    refusals.add(why);
  }

  long lease() {
    return leases.getFirst();
  }

  Permits.Wish wish() {
    if (wish == null) {
      throw new AssertionError("did not ask");
    }
    return wish;
  }
}
