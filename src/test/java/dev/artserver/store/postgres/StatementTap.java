package dev.artserver.store.postgres;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A way to PostgreSQL that notes the statements that are prepared on it. Protocol:
/// https://www.postgresql.org/docs/current/protocol-message-formats.html
final class StatementTap implements AutoCloseable {
  private static final int SSL_REQUEST_LENGTH = 8;

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final Set<String> statements = new ConcurrentSkipListSet<>();
  private final NetServer server;

  StatementTap(String host, int port) {
    server =
        vertx
            .createNetServer()
            .connectHandler(near -> {
              near.pause();
              client
                  .connect(port, host)
                  .onSuccess(far -> {
                    Messages messages = new Messages();
                    near.handler(said -> {
                      messages.add(said);
                      FireAndForget.harmless(far.write(said), "the other side sees the end");
                    });
                    far.handler(answer ->
                        FireAndForget.harmless(near.write(answer), "the other side sees the end"));
                    near.closeHandler(_ -> close(far));
                    far.closeHandler(_ -> close(near));
                    near.resume();
                  })
                  .onFailure(_ -> close(near));
            });
    try {
      server.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no port", e);
    }
  }

  int port() {
    return server.actualPort();
  }

  /// All statements so far.
  Set<String> statements() {
    return Set.copyOf(statements);
  }

  private static void close(NetSocket socket) {
    FireAndForget.harmless(socket.close(), "it is closed already");
  }

  /// What a client says, message by message.
  private final class Messages {
    private Buffer rest = Buffer.buffer();
    private boolean started;

    void add(Buffer said) {
      rest = rest.appendBuffer(said);
      int at = 0;
      while (rest.length() - at >= 5) {
        int head = started ? 1 : 0;
        int length = head + rest.getInt(at + head);
        if (rest.length() - at < length) {
          break;
        }
        if (!started) {
          started = length != SSL_REQUEST_LENGTH;
        } else if (rest.getByte(at) == 'P') {
          note(rest.getBytes(at + 5, at + length));
        }
        at += length;
      }
      rest = rest.slice(at, rest.length()).copy();
    }

    /// The name of a prepared statement, its text, and the types of its parameters.
    private void note(byte[] parse) {
      String all = new String(parse, StandardCharsets.UTF_8);
      int name = all.indexOf('\0');
      statements.add(all.substring(name + 1, all.indexOf('\0', name + 1)));
    }
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
