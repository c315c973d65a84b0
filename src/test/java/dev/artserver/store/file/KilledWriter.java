package dev.artserver.store.file;

import dev.artserver.model.ThreadId;
import dev.artserver.store.Owner;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// A process that writes and prints each acknowledged seq, until this one kills it.
final class KilledWriter {
  static final ThreadId ID = new ThreadId("written");

  private KilledWriter() {}

  /// Gives the last seq acknowledged before the kill.
  static long runAndKill(Path directory, int acknowledgedMin) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("seq ")) {
          last = Long.parseLong(line.substring(4));
        }
        if (last >= acknowledgedMin) {
          // Killing by the handle keeps the output of the process readable.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    process.onExit().join();
    return last;
  }

  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    FileThreadStore store =
        FileThreadStore.open(vertx, FileStoreConfig.in(Path.of(arguments[0]))).await();
    Owner owner = new Owner(ID, store.activate(ID).await());
    store.append(owner.append(Owner.created(Map.of()))).await();
    while (owner.state().seq() < 900) {
      store.append(owner.append(Owner.said("x"))).await();
      System.out.println("seq " + owner.state().seq());
      System.out.flush();
    }
  }
}
