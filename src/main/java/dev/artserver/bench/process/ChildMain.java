package dev.artserver.bench.process;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/// Starts every process of the bench and of a cluster on this machine: it does what another main
/// class does, and ends in order when its input ends, which is when its parent is gone, however it
/// went. A server that is started by itself does not look at its input.
public final class ChildMain {
  private ChildMain() {}

  /// @param words the main class, and its words
  public static void main(String[] words) throws ReflectiveOperationException {
    Thread.ofPlatform().daemon().name("art-parent").start(ChildMain::endWithParent);
    try {
      Class.forName(words[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(words[0] + " failed", failed.getCause());
    }
  }

  private static void endWithParent() {
    try {
      // Nothing is ever said there.
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      System.exit(1);
    }
    System.exit(0);
  }
}
