package dev.artserver.bench;

import dev.artserver.bench.peer.PeerProcess;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.Children;
import dev.artserver.bench.process.OneCall;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The processes of one measurement: the scripted provider always, the others when asked for. All
/// end with `close`.
final class Stage implements AutoCloseable {
  /// The command that plays a part; known to `app`, and to no help.
  static final String PLAY = "bench-peer";

  private static final int NOTES_MAX = 20;

  private final List<String> notes = new ArrayList<>();
  private final Embedded embedded;
  private final Children children;
  private final InProcess permits;
  private final Child provider;
  private @Nullable Child proxy;
  private @Nullable Child least;

  /// @param mainClass what understands `serve` and `bench-peer`
  /// @param jvmOptions of every process
  /// @param providerKeeps how long the provider keeps a connection that nobody uses, in whole
  ///   seconds
  /// @param permits what is timed in this process
  Stage(
      String mainClass,
      List<String> jvmOptions,
      Duration providerKeeps,
      InProcess permits,
      Embedded embedded) {
    this.embedded = embedded;
    this.permits = permits;
    children = new Children(mainClass, jvmOptions);
    try {
      provider = play(PeerProcess.PROVIDER, (int) providerKeeps.toSeconds());
    } catch (RuntimeException failed) {
      children.close();
      throw failed;
    }
  }

  InProcess permits() {
    return permits;
  }

  int providerPort() {
    return provider.port();
  }

  /// Started when first asked for.
  Child proxy() {
    Child started = proxy == null ? play(PeerProcess.PROXY, providerPort()) : proxy;
    proxy = started;
    return started;
  }

  /// Started when first asked for.
  Child least() {
    Child started = least == null ? play(PeerProcess.LEAST, providerPort()) : least;
    least = started;
    return started;
  }

  /// @param about the last word of `PeerProcess.play`
  private Child play(String part, int about) {
    List<String> words = List.of(PLAY, part, "{port}", Integer.toString(about));
    return children.start(part, List.of(), words, new Children.Health("/health", "/health"));
  }

  Child server(ServerSettings settings) {
    return server(settings, List.of());
  }

  /// @param jvmOptions of this one, behind those of all
  Child server(ServerSettings settings, List<String> jvmOptions) {
    Path directory = children.newDirectory("server");
    Path config = directory.resolve("server.yaml");
    settings.write(config, directory.resolve("data"), providerPort());
    List<String> words =
        List.of(
            "serve",
            "--config",
            config.toString(),
            "--port",
            "{port}",
            "--management-port",
            "{management}");
    return children.start(
        "server", jvmOptions, words, new Children.Health("/health/live", "/health/ready"));
  }

  /// The JVM's options of each process so far, by its name.
  Map<String, String> options() {
    return children.options();
  }

  /// A server in this process.
  Embedded embedded() {
    return embedded;
  }

  /// Keeps what a person should know beside the figures; past twenty, nothing more.
  void note(String what) {
    if (notes.size() < NOTES_MAX) {
      notes.add(what);
    }
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /// A new empty directory, gone with the stage.
  Path newDirectory(String name) {
    return children.newDirectory(name);
  }

  void stop(Child child) {
    children.stop(child);
  }

  /// Begins the provider's counting anew.
  void resetCounters() {
    OneCall.answer("POST", provider.port(), "/counters");
  }

  /// The most calls the provider had in flight at once since then.
  int providerPeak() {
    return counters().getInteger("inFlightMax", 0);
  }

  /// Calls the provider has in flight now.
  int providerInFlight() {
    return counters().getInteger("inFlight", 0);
  }

  /// How many calls the provider had in flight on average, from the first one's beginning to the
  /// last one's; 0 when there was no more than one.
  double providerBusy() {
    JsonObject counters = counters();
    long span = counters.getLong("spanNanos", 0L);
    return span == 0 ? 0 : counters.getLong("busyNanos", 0L) / (double) span;
  }

  private JsonObject counters() {
    return OneCall.json(provider.port(), "/counters");
  }

  @Override
  public void close() {
    children.close();
  }
}
