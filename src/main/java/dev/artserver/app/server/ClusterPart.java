package dev.artserver.app.server;

import dev.artserver.observe.Instances;
import dev.artserver.observe.Operations;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.Ownership;
import dev.artserver.thread.Threads;
import io.vertx.core.Future;

/// A server's part among the instances, be it the only one.
interface ClusterPart {
  /// Which threads this server may own.
  Ownership ownership();

  /// Permits that this server shares with other instances.
  PermitSources permits();

  /// Takes part with the threads of this server; gives those the API serves.
  Threads join(LocalThreads threads);

  /// The instances for operators, after `join`.
  ///
  /// @param operations of this server
  Instances instances(Operations operations);

  /// The API's port is known.
  void listensOn(int port);

  /// Takes nothing new from now on.
  void drain();

  /// Leaves, after the last thread was handed over.
  Future<Void> leave();
}
