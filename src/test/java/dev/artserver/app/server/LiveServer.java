package dev.artserver.app.server;

import dev.artserver.app.config.Argument;
import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.settings.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole server in this process, on free ports: what a test talks to over real sockets.
public final class LiveServer implements AutoCloseable {
  private final Server server;
  private final ServerProcess.Listening listening;

  private LiveServer(Server server, ServerProcess.Listening listening) {
    this.server = server;
    this.listening = listening;
  }

  /// @param keys values over the defaults, by key: `providers.demo.tokenDelay` to `0ms`
  public static LiveServer start(Map<String, String> keys) {
    return start(Optional.empty(), keys, Map.of());
  }

  /// @param environment what values of the form `${env:NAME}` refer to
  public static LiveServer start(Map<String, String> keys, Map<String, String> environment) {
    return start(Optional.empty(), keys, environment);
  }

  /// @param file what a person wrote
  public static LiveServer start(Path file, Map<String, String> keys) {
    return start(Optional.of(file), keys, Map.of());
  }

  private static LiveServer start(
      Optional<Path> file, Map<String, String> keys, Map<String, String> environment) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(new Argument("test", "server.port", "0"));
    arguments.add(new Argument("test", "server.managementPort", "0"));
    arguments.add(new Argument("test", "server.shutdownGrace", "0s"));
    keys.forEach((key, value) -> arguments.add(new Argument("test", key, value)));
    ServerConfig config = new ConfigLoader(environment).load(ServerConfig.class, file, arguments);
    Server server = new Server(config);
    return new LiveServer(server, server.start().await());
  }

  public int port() {
    return listening.port();
  }

  public int managementPort() {
    return listening.managementPort();
  }

  @Override
  public void close() {
    server.stop().await();
  }
}
