package dev.artserver.observe;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;
import dev.artserver.admission.MachineLoad;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Reads the load of the machine. The heap is measured after the last collection, since before it
/// garbage counts as used. Thread-safe.
public final class MachineProbe implements Supplier<MachineLoad> {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());
  private final AtomicLong worstLag = new AtomicLong();

  /// Gets the lateness of event loops, in nanoseconds.
  public LongConsumer eventLoopLag() {
    return nanos -> worstLag.accumulateAndGet(nanos, Math::max);
  }

  @Override
  public MachineLoad get() {
    return new MachineLoad(
        Math.max(0, system.getCpuLoad()),
        Math.max(0, system.getProcessCpuLoad()),
        heap(),
        Duration.ofNanos(worstLag.getAndSet(0)));
  }

  private double heap() {
    GcInfo last = null;
    for (GarbageCollectorMXBean collector : collectors) {
      GcInfo info = collector.getLastGcInfo();
      if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
        last = info;
      }
    }
    return last == null
        ? 0
        : (double) used(last.getMemoryUsageAfterGc()) / Runtime.getRuntime().maxMemory();
  }

  private long used(Map<String, MemoryUsage> pools) {
    long used = 0;
    for (Map.Entry<String, MemoryUsage> pool : pools.entrySet()) {
      used += heapPools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
    }
    return used;
  }
}
