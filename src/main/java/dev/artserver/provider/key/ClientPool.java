package dev.artserver.provider.key;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.provider.ProviderClient;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The credentials one provider is called with, and a client for each: opened when first asked for,
/// closed when unused for `idleTimeout`. Of the credentials that threads bring there are never more
/// than `max`; an unused one is evicted for a new one, the longest unused first. Safe to use from
/// any event loop: a lock around a few steps that never wait.
public final class ClientPool {

  private final KeysConfig config;
  private final @Nullable ApiKey ofServer;
  private final Clients clients;
  private final LongSupplier nanos;

  /// By fingerprint, the longest unused first; guarded by this.
  private final Map<String, PooledClient> known = new LinkedHashMap<>(16, 0.75f, true);

  private final AtomicInteger openClients = new AtomicInteger();
  private volatile @Nullable Context home;
  private boolean closed;

  /// @param ofServer the credential of threads that bring none; null: such threads cannot call
  /// @param nanos nanoseconds from some fixed moment, never going back; from any thread
  public ClientPool(
      KeysConfig config, @Nullable ApiKey ofServer, Clients clients, LongSupplier nanos) {
    this.config = config;
    this.ofServer = ofServer;
    this.clients = clients;
    this.nanos = nanos;
  }

  /// @param context where clients are opened: what is made on a caller's context ends with that
  ///   caller
  void liveOn(Context context) {
    home = context;
  }

  public KeysConfig config() {
    return config;
  }

  /// Whether calls with `key` can be made at all.
  ///
  /// @param key null: the server's
  public boolean serves(@Nullable ApiKey key) {
    return key != null || ofServer != null;
  }

  /// The client of `key`, to be given back; null when too many are in use. It may still be opening.
  /// Only for keys it serves. When this throws, nothing was taken.
  ///
  /// @param key null: the server's
  public @Nullable PooledClient take(@Nullable ApiKey key) {
    ApiKey wanted = Objects.requireNonNull(key == null ? ofServer : key, "there is no key");
    Future<ProviderClient> evicted = null;
    PooledClient taken;
    synchronized (this) {
      taken = known.get(wanted.fingerprint());
      if (taken == null) {
        boolean servers = ofServer != null && wanted.fingerprint().equals(ofServer.fingerprint());
        if (!servers && full()) {
          PooledClient unused = removeUnused();
          if (unused == null) {
            return null;
          }
          evicted = unused.client;
        }
        taken = new PooledClient(servers, wanted.fingerprint());
        known.put(wanted.fingerprint(), taken);
      }
      if (taken.client == null || taken.client.failed()) {
        taken.client = open(wanted);
      }
      taken.users++;
    }
    if (evicted != null) {
      closeUnused(evicted);
    }
    return taken;
  }

  public synchronized void giveBack(PooledClient taken) {
    taken.users--;
    taken.restsSince = nanos.getAsLong();
  }

  /// Closes clients that were unused for long, and forgets their credentials.
  void sweep() {
    for (Future<ProviderClient> client : takeUnused()) {
      closeUnused(client);
    }
  }

  /// Clients opened and not closed yet.
  public int clients() {
    return openClients.get();
  }

  private synchronized List<Future<ProviderClient>> takeUnused() {
    List<Future<ProviderClient>> unused = new ArrayList<>();
    long now = nanos.getAsLong();
    for (Iterator<PooledClient> each = known.values().iterator(); each.hasNext(); ) {
      PooledClient one = each.next();
      if (one.users == 0 && now - one.restsSince >= config.idleTimeout().toNanos()) {
        each.remove();
        if (one.client != null) {
          unused.add(one.client);
        }
      }
    }
    return unused;
  }

  /// Ends open calls (their listeners are told `onFailed`) and closes every client.
  Future<Void> close() {
    List<Future<ProviderClient>> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (PooledClient one : known.values()) {
        if (one.client != null) {
          all.add(one.client);
        }
      }
    }
    return Future.join(all.stream().map(client -> client.transform(this::close)).toList())
        .mapEmpty();
  }

  private Future<Void> close(AsyncResult<ProviderClient> opened) {
    return opened.succeeded() ? close(opened.result()) : Future.succeededFuture();
  }

  private Future<Void> close(ProviderClient client) {
    Future<Void> closing;
    try {
      closing = client.close();
    } catch (RuntimeException e) {
      closing = Future.failedFuture(e);
    }
    return closing.onComplete(over -> openClients.decrementAndGet());
  }

  /// A client that could not be made need not be closed.
  private void closeUnused(Future<ProviderClient> client) {
    FireAndForget.logged(client.transform(this::close), "close an unused client");
  }

  private boolean full() {
    return known.values().stream().filter(one -> !one.ofServer()).count() >= config.max();
  }

  /// Removes the credential of a thread that is longest unused; null when all are in use.
  private @Nullable PooledClient removeUnused() {
    for (Iterator<PooledClient> each = known.values().iterator(); each.hasNext(); ) {
      PooledClient one = each.next();
      if (!one.ofServer() && one.users == 0) {
        each.remove();
        return one;
      }
    }
    return null;
  }

  private Future<ProviderClient> open(ApiKey key) {
    Context at = home;
    if (at == null || closed) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    Promise<ProviderClient> opened = Promise.promise();
    at.runOnContext(go -> {
      ProviderClient client;
      try {
        client = clients.open(key);
      } catch (Throwable e) {
        opened.fail(e);
        return;
      }
      openClients.incrementAndGet();
      opened.complete(client);
    });
    return opened.future();
  }
}
