package dev.artserver.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The measured server's configuration: defaults, but for limits that would refuse the load, and
/// the scripted provider.
///
/// @param idleTimeout how long a thread without work stays in memory, as the configuration says it
record ServerSettings(
    String store, String agent, boolean tools, String idleTimeout, Limits limits) {
  private static final int MANY = 20_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  static ServerSettings of(String store, String agent) {
    return new ServerSettings(store, agent, false, "300s", Limits.WIDE);
  }

  ServerSettings withTools() {
    return new ServerSettings(store, agent, true, idleTimeout, limits);
  }

  ServerSettings idleAfter(String timeout) {
    return new ServerSettings(store, agent, tools, timeout, limits);
  }

  ServerSettings within(Limits narrower) {
    return new ServerSettings(store, agent, tools, idleTimeout, narrower);
  }

  /// What the server may do at once.
  ///
  /// @param calls of the provider
  /// @param slots runs that proceed
  /// @param waiting runs that may wait for a slot
  /// @param adaptive whether it does less under load
  record Limits(int calls, int slots, int waiting, boolean adaptive) {
    static final Limits WIDE = new Limits(MANY, MANY, MANY, false);

    static Limits ofProvider(int calls) {
      return new Limits(calls, MANY, MANY, false);
    }

    /// As many slots as calls, and a line that is short to wait in.
    static Limits tight(int calls, boolean adaptive) {
      return new Limits(calls, calls, Math.max(2, calls / 2), adaptive);
    }
  }

  /// Writes them as JSON, which is YAML.
  void write(Path file, Path data, int providerPort) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("server").put("connectionsMax", MANY).put("subscriptionsMax", MANY);
    root.putObject("store").put("kind", store).put("directory", data.toString());
    root.putObject("pool")
        .put("maxConcurrentThreads", limits.slots())
        .put("maxQueueSize", limits.waiting())
        .put("queueTimeout", "10m");
    root.putObject("load").put("adaptive", limits.adaptive());
    root.putObject("threads")
        .put("mailboxMax", MANY)
        .put("queuedRunsMax", 10_000)
        .put("residentMax", 1_000_000)
        .put("residentBytesMax", "64GB")
        .put("idleTimeout", idleTimeout);
    root.putObject("feed").put("readersMax", MANY);
    root.putObject("providers")
        .putObject("bench")
        .put("kind", "openai")
        .put("baseUrl", "http://127.0.0.1:" + providerPort + "/v1")
        .put("parallelMax", limits.calls())
        .put("waitingMax", MANY)
        .put("waitMax", "10m");
    ObjectNode defaults = root.putObject("defaults");
    defaults.put("provider", "bench").put("model", "scripted-1").put("agent", agent);
    var enabled = defaults.putArray("enabledTools");
    if (tools) {
      enabled.add("calculator");
    }
    root.putObject("log").put("level", "warn");
    try {
      Files.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}
