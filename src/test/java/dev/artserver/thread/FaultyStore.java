package dev.artserver.thread;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.memory.MemoryThreadStore;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// A memory store whose next calls of one method fail as a test says. For any thread.
final class FaultyStore {
  final ThreadStore real = new MemoryThreadStore();

  private final Map<String, Deque<Fault>> faults = new HashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();

  final ThreadStore store =
      (ThreadStore)
          Proxy.newProxyInstance(
              ThreadStore.class.getClassLoader(),
              new Class<?>[] {ThreadStore.class},
              (proxy, method, arguments) -> call(method, arguments));

  enum Fault {
    /// It is not carried out, and the caller knows.
    REFUSED,
    /// It is not carried out, and the caller does not know.
    REQUEST_LOST,
    /// It is carried out, and the caller does not know.
    ANSWER_LOST,
    /// The store has a bug.
    THROWS
  }

  synchronized void next(String method, Fault... next) {
    Deque<Fault> queue = faults.computeIfAbsent(method, name -> new ArrayDeque<>());
    for (Fault fault : next) {
      queue.add(fault);
    }
  }

  /// No call fails any more.
  synchronized void heal() {
    faults.clear();
  }

  synchronized int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  private synchronized Object call(Method method, Object[] arguments) throws Throwable {
    calls.merge(method.getName(), 1, Integer::sum);
    Deque<Fault> queue = faults.get(method.getName());
    Fault fault = queue == null ? null : queue.poll();
    return switch (fault) {
      case null -> carryOut(method, arguments);
      case REFUSED -> failed(new Failure.StorageFailed("refused"));
      case REQUEST_LOST -> failed(new Failure.StorageInDoubt("lost"));
      case ANSWER_LOST -> {
        carryOut(method, arguments);
        yield failed(new Failure.StorageInDoubt("lost"));
      }
      case THROWS -> throw new IllegalStateException("a bug of the store");
    };
  }

  private static Future<Object> failed(Failure failure) {
    return Future.failedFuture(new FailureException(failure));
  }

  private Object carryOut(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
