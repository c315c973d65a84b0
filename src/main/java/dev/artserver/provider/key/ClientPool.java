package dev.artserver.provider.key;

import dev.artserver.flow.Budget;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Lane;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.RateConfig;
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
import org.jspecify.annotations.Nullable;

/// The credentials one provider is called with, and a client for each: made when first asked for,
/// closed when unused for `idleTimeout`. Of those that threads bring there are never more than
/// `max`; one that rests makes room for a new one, the longest unused first. Safe to use from any
/// event loop: a lock around a few steps that never wait.
public final class ClientPool {
  private final KeysConfig config;
  private final @Nullable ApiKey ofServer;
  private final Clients clients;
  private final Quota quota;

  /// By fingerprint, the longest unused first; guarded by this.
  private final Map<String, PooledClient> known = new LinkedHashMap<>(16, 0.75f, true);

  private final AtomicInteger openClients = new AtomicInteger();
  private volatile @Nullable Context home;
  private boolean closed;

  /// @param ofServer the credential of threads that bring none; null: they cannot call
  /// @param quota of all keys together; each gets a lane of it
  public ClientPool(KeysConfig config, @Nullable ApiKey ofServer, Clients clients, Quota quota) {
    this.config = config;
    this.ofServer = ofServer;
    this.clients = clients;
    this.quota = quota;
  }

  /// @param context where clients are made: what is made on a caller's would end with that caller
  void liveOn(Context context) {
    home = context;
  }

  public Quota quota() {
    return quota;
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

  /// The account of `key`, to be given back; null when there are too many. Its client is there
  /// soon, if not now. Only for keys it serves.
  ///
  /// @param key null: the server's
  public synchronized @Nullable PooledClient take(@Nullable ApiKey key) {
    ApiKey wanted = Objects.requireNonNull(key == null ? ofServer : key, "there is no key");
    PooledClient account = known.get(wanted.fingerprint());
    if (account == null) {
      boolean servers = ofServer != null && wanted.fingerprint().equals(ofServer.fingerprint());
      if (!servers && full()) {
        return null;
      }
      account = new PooledClient(servers, quota.lane(rules()));
      known.put(wanted.fingerprint(), account);
    }
    account.users++;
    if (account.client == null || account.client.failed()) {
      account.client = open(wanted);
    }
    return account;
  }

  public synchronized void giveBack(PooledClient account) {
    account.users--;
    account.restsSince = quota.now();
  }

  /// Closes clients that were unused for long, and forgets accounts of which nothing is counted any
  /// more.
  void sweep() {
    for (Future<ProviderClient> client : unused()) {
      FireAndForget.logged(client.transform(this::close), "close an unused client");
    }
  }

  /// Clients made and not closed yet.
  public int clients() {
    return openClients.get();
  }

  private synchronized List<Future<ProviderClient>> unused() {
    List<Future<ProviderClient>> unused = new ArrayList<>();
    long now = quota.now();
    for (Iterator<PooledClient> each = known.values().iterator(); each.hasNext(); ) {
      PooledClient account = each.next();
      if (account.users == 0 && now - account.restsSince >= config.idleTimeout().toNanos()) {
        if (account.client != null) {
          unused.add(account.client);
          account.client = null;
        }
        if (quota.forget(account.lane())) {
          each.remove();
        }
      }
    }
    return unused;
  }

  /// Ends open calls (their listeners hear `onFailed`) and closes every client.
  Future<Void> close() {
    List<Future<Void>> ends = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (PooledClient account : known.values()) {
        if (account.client != null) {
          ends.add(account.client.transform(this::close));
        }
      }
    }
    return Future.join(ends).mapEmpty();
  }

  private Future<Void> close(AsyncResult<ProviderClient> made) {
    return made.succeeded() ? close(made.result()) : Future.succeededFuture();
  }

  private Future<Void> close(ProviderClient client) {
    return client.close().onComplete(closed -> openClients.decrementAndGet());
  }

  /// Whether there is no room for one more, after the one that rests longest made some.
  private boolean full() {
    long ofThreads = known.values().stream().filter(account -> !account.ofServer()).count();
    if (ofThreads < config.max()) {
      return false;
    }
    for (Iterator<PooledClient> each = known.values().iterator(); each.hasNext(); ) {
      PooledClient account = each.next();
      if (!account.ofServer() && account.users == 0 && quota.forget(account.lane())) {
        each.remove();
        if (account.client != null) {
          FireAndForget.logged(account.client.transform(this::close), "close a forgotten client");
        }
        return false;
      }
    }
    return true;
  }

  private Future<ProviderClient> open(ApiKey key) {
    Context at = home;
    if (at == null || closed) {
      return Future.failedFuture(new FailureException(new Failure.Stopping()));
    }
    Promise<ProviderClient> made = Promise.promise();
    at.runOnContext(go -> {
      try {
        ProviderClient client = clients.open(key);
        openClients.incrementAndGet();
        made.complete(client);
      } catch (RuntimeException e) {
        made.fail(e);
      }
    });
    return made.future();
  }

  private Lane.Rules rules() {
    RateConfig rate = config.rate();
    Budget.Limits limits =
        new Budget.Limits(config.parallelMax(), rate.requestsPerMinute(), rate.tokensPerMinute());
    return new Lane.Rules(limits, null, Lane.OnOpen.WAIT, true);
  }
}
