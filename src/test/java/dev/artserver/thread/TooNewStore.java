package dev.artserver.thread;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// A store as a process of an earlier release sees it that can read no thread.
final class TooNewStore {
  private TooNewStore() {}

  static ThreadStore over(ThreadStore store) {
    return (ThreadStore)
        Proxy.newProxyInstance(
            ThreadStore.class.getClassLoader(),
            new Class<?>[] {ThreadStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("activate")) {
                return Future.failedFuture(
                    new FailureException(
                        new Failure.TooNew((ThreadId) arguments[0], "a fact of a later release")));
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
