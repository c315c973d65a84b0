package dev.artserver.app.server;

import dev.artserver.cluster.Peers;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.Ownership;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;
import java.util.Optional;

/// A server's part in a cluster, or that it has none.
interface ClusterPart {
  /// For a server that is the only one.
  ClusterPart ALONE =
      new ClusterPart() {
        @Override
        public Ownership ownership() {
          return Ownership.ALONE;
        }

        @Override
        public Threads join(LocalThreads threads) {
          return threads;
        }

        @Override
        public Optional<Peers> peers() {
          return Optional.empty();
        }

        @Override
        public void listensOn(int port) {}

        @Override
        public void drain() {}

        @Override
        public Future<Void> leave() {
          return Future.succeededFuture();
        }
      };

  /// Which threads this server may own.
  Ownership ownership();

  /// Takes part with the threads of this server; gives those the API serves.
  Threads join(LocalThreads threads);

  /// The instances; empty: there is no cluster.
  Optional<Peers> peers();

  /// The API's port is known.
  void listensOn(int port);

  /// Takes nothing new from now on.
  void drain();

  /// Leaves, after the last thread was handed over.
  Future<Void> leave();
}
