package dev.artserver.store.postgres;

import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A way to PostgreSQL on which things go wrong.
public final class FaultProxy implements AutoCloseable {
  /// What goes wrong.
  public enum Fault {
    NONE,
    /// New connections are closed at once, and the open ones are.
    REFUSE,
    /// Nothing is passed on in either direction; connections stay open.
    BLACKHOLE,
    /// Answers are not passed on, and the connection is cut at the first one.
    CUT_ANSWERS
  }

  private static final int HEARD_MAX = 16;

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final NetServer server;
  private final String host;
  private final int port;
  private volatile Fault fault = Fault.NONE;
  private volatile Fault triggered = Fault.NONE;
  private volatile @Nullable String trigger;

  public FaultProxy(String host, int port) {
    this.host = host;
    this.port = port;
    server = vertx.createNetServer().connectHandler(this::onConnect);
    await(server.listen(0, "127.0.0.1"));
  }

  public int port() {
    return server.actualPort();
  }

  /// Connections that were refused so far.
  public int refused() {
    return refused.get();
  }

  /// Sockets that are open, two for each connection.
  int connections() {
    return open.size();
  }

  /// From now on.
  public void set(Fault now) {
    fault = now;
    trigger = null;
    if (now == Fault.REFUSE) {
      open.forEach(FaultProxy::cut);
    }
  }

  /// Lets everything pass until a client says something with `text` in it; that is passed on, and
  /// `later` holds from then on.
  void set(Fault later, String text) {
    fault = Fault.NONE;
    triggered = later;
    trigger = text;
  }

  private void onConnect(NetSocket near) {
    if (fault == Fault.REFUSE) {
      refused.incrementAndGet();
      cut(near);
      return;
    }
    near.pause();
    open.add(near);
    client
        .connect(port, host)
        .onSuccess(far -> {
          open.add(far);
          StringBuilder heard = new StringBuilder();
          near.handler(said -> onSaid(near, far, said, heard));
          far.handler(answer -> onAnswer(near, far, answer));
          near.closeHandler(_ -> ended(near, far));
          far.closeHandler(_ -> ended(far, near));
          near.resume();
        })
        .onFailure(_ -> cut(near));
  }

  /// @param heard the end of what was said before: a text may come in two parts
  private void onSaid(NetSocket near, NetSocket far, Buffer said, StringBuilder heard) {
    String wanted = trigger;
    heard.append(said.toString(StandardCharsets.ISO_8859_1));
    boolean seen = wanted != null && heard.indexOf(wanted) >= 0;
    heard.delete(0, Math.max(0, heard.length() - HEARD_MAX));
    if (fault != Fault.BLACKHOLE) {
      pass(far, said);
    }
    if (seen) {
      fault = triggered;
      trigger = null;
      if (triggered == Fault.REFUSE) {
        cut(near);
      }
    }
  }

  private void onAnswer(NetSocket near, NetSocket far, Buffer answer) {
    switch (fault) {
      case NONE, REFUSE -> pass(near, answer);
      case BLACKHOLE -> {}
      case CUT_ANSWERS -> {
        cut(near);
        cut(far);
      }
    }
  }

  private static void pass(NetSocket to, Buffer bytes) {
    FireAndForget.harmless(to.write(bytes), "the other side sees the end");
  }

  private void ended(NetSocket gone, NetSocket other) {
    open.remove(gone);
    cut(other);
  }

  private static void cut(NetSocket socket) {
    FireAndForget.harmless(socket.close(), "it is closed already");
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the proxy did not answer", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
