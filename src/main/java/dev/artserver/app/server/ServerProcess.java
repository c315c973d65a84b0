package dev.artserver.app.server;

import dev.artserver.app.settings.ServerConfig;
import io.vertx.core.Future;

/// A whole server with its life: started once, stopped once.
public interface ServerProcess {
  /// Succeeds when requests are taken. Fails with `StartException` when the server cannot be
  /// started for a reason a person can do something about; `stop` is to be called also then.
  Future<Listening> start();

  /// Takes no new work, lets what runs end within `server.shutdownGrace`, and frees everything.
  Future<Void> stop();

  /// Where it listens, with the ports it really got.
  record Listening(String host, int port, String managementHost, int managementPort) {}

  /// Makes servers; no port and no file is opened before `start`.
  interface Factory {
    ServerProcess create(ServerConfig config);
  }
}
