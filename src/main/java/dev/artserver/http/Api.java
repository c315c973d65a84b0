package dev.artserver.http;

import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.contract.Contract;
import dev.artserver.model.Ids;
import dev.artserver.model.ToolSpec;
import dev.artserver.observe.Instances;
import dev.artserver.observe.Operations;
import dev.artserver.thread.Threads;
import dev.artserver.wire.KeySealer;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// What all verticles of one process's API share: make one, then as many `ApiVerticle`s as there
/// are event loops. Thread-safe. Making it reads the contract.
public final class Api {
  private final HttpConfig config;
  private final Threads threads;
  private final Supplier<List<ToolSpec>> tools;
  private final Operations operations;
  private final Instances instances;
  private final KeySealer keys;
  private final Authenticator authenticator;
  private final String version;
  private final Ids ids;
  private final InstantSource clock;
  private final Contract contract = Contract.load();
  private final Occupancy occupancy;

  /// @param tools the tools agents may be given, in order of name; called on event loops
  /// @param keys encrypts the API keys that clients send; called on event loops
  /// @param authenticator called on event loops
  /// @param version of the server, as clients see it
  public Api(
      HttpConfig config,
      Threads threads,
      Supplier<List<ToolSpec>> tools,
      Operations operations,
      Instances instances,
      KeySealer keys,
      Authenticator authenticator,
      String version,
      Ids ids,
      InstantSource clock) {
    this.config = config;
    this.threads = threads;
    this.tools = tools;
    this.operations = operations;
    this.instances = instances;
    this.keys = keys;
    this.authenticator = authenticator;
    this.version = version;
    this.ids = ids;
    this.clock = clock;
    occupancy = new Occupancy(config.connectionsMax(), config.subscriptionsMax());
  }

  /// Connections open now.
  public int connections() {
    return occupancy.connections();
  }

  /// Event streams and WebSocket subscriptions open now.
  public int subscriptions() {
    return occupancy.subscriptions();
  }

  HttpConfig config() {
    return config;
  }

  Threads threads() {
    return threads;
  }

  Supplier<List<ToolSpec>> tools() {
    return tools;
  }

  Instances instances() {
    return instances;
  }

  Operations operations() {
    return operations;
  }

  KeySealer keys() {
    return keys;
  }

  String version() {
    return version;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  Ids ids() {
    return ids;
  }

  InstantSource clock() {
    return clock;
  }

  Contract contract() {
    return contract;
  }

  Occupancy occupancy() {
    return occupancy;
  }
}
