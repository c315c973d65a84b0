package dev.artserver.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.store.memory.MemoryThreadStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The cost of one append to a log in memory, by the length of the log. It must not depend on the
/// length.
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 30)
@Measurement(iterations = 30)
public class AppendBenchmark {
  private static final int APPENDS = 1_000;

  @Param({"1", "1000", "100000"})
  public int logLength = 1;

  private final ThreadEvent change =
      new ThreadEvent.StateChanged(
          "op", new StateChange.Replace(JsonNodeFactory.instance.objectNode().put("n", 1)));
  private MemoryThreadStore store = new MemoryThreadStore();
  private Owner owner = owner(store);

  private static Owner owner(MemoryThreadStore store) {
    ThreadId id = new ThreadId("t1");
    Owner owner = new Owner(id, store.activate(id).result());
    FireAndForget.logged(store.append(owner.append(Owner.created(Map.of()))), "create a thread");
    return owner;
  }

  @Setup(Level.Iteration)
  public void logOfThatLength() {
    store = new MemoryThreadStore();
    owner = owner(store);
    for (int i = 1; i < logLength; i++) {
      FireAndForget.logged(store.append(owner.append(change)), "append");
    }
  }

  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public MemoryThreadStore append() {
    for (int i = 0; i < APPENDS; i++) {
      FireAndForget.logged(store.append(owner.append(change)), "append");
    }
    return store;
  }
}
