package dev.artserver.store.file;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import org.jspecify.annotations.Nullable;

/// A connection whose commits throw when the test says so, before or after they took effect.
final class FailingCommit {
  /// When the next commit throws.
  enum When {
    NEVER,
    BEFORE,
    AFTER
  }

  private final Connection real;
  private When when = When.NEVER;
  private Throwable thrown = new java.sql.SQLException("disk I/O error");

  FailingCommit(Connection real) {
    this.real = real;
  }

  /// The next commit throws `failure`; later ones do not.
  void failNext(When next, Throwable failure) {
    when = next;
    thrown = failure;
  }

  Connection connection() {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = call(real, method, arguments);
          return result instanceof PreparedStatement statement && "COMMIT".equals(arguments[0])
              ? commit(statement)
              : result;
        });
  }

  private PreparedStatement commit(PreparedStatement real) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          When now = method.getName().equals("executeUpdate") ? when : When.NEVER;
          if (now == When.BEFORE) {
            when = When.NEVER;
            throw thrown;
          }
          Object result = call(real, method, arguments);
          if (now == When.AFTER) {
            when = When.NEVER;
            throw thrown;
          }
          return result;
        });
  }

  private interface Calls {
    @Nullable Object call(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) ->
                calls.call(method, arguments == null ? new Object[0] : arguments)));
  }

  private static @Nullable Object call(Object target, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
