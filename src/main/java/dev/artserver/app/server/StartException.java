package dev.artserver.app.server;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/// The server cannot start, and a person can do something about it. The message is one line that
/// names the key to look at.
public final class StartException extends RuntimeException {
  public StartException(String message) {
    super(message, null, false, false);
  }

  /// A listener that could not be opened.
  ///
  /// @param key the key of the port
  static StartException listening(String key, String host, int port, Throwable cause) {
    String why =
        switch (cause) {
          case BindException busy -> String.valueOf(busy.getMessage());
          case UnknownHostException unknown -> "there is no such host";
          case UnresolvedAddressException unknown -> "there is no such host";
          default -> String.valueOf(cause.getMessage());
        };
    return new StartException(key + ": cannot listen on " + host + ":" + port + ": " + why);
  }
}
