package dev.artserver.cluster;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/// Messages between instances. A message may be lost, and a request whose answer was lost may have
/// been carried out, so every request is one that can be repeated. Messages of one instance to
/// another arrive in their order.
public interface Channel {
  /// This instance.
  InstanceId self();

  /// Sends a request and waits for the answer. The future completes on the caller's context, within
  /// `patience` or little more. It fails with the `FailureException` the other instance answered
  /// with, or with `PeerUnreachable`.
  ///
  /// @param kind what the request is, known to `answer`
  Future<Buffer> ask(InstanceId to, String kind, Buffer request, Duration patience);

  /// Sends a message to every instance, this one included, without an answer.
  void tell(String kind, Buffer message);

  /// Answers requests of a kind that come from any instance, this one included. Once per kind.
  /// Called on the channel's context.
  void answer(String kind, Answerer answerer);

  /// Hears messages of a kind from any instance, this one included. Once per kind. Called on the
  /// channel's context.
  void hear(String kind, Hearer hearer);

  /// Carries requests out.
  interface Answerer {
    /// A future that fails with a `FailureException` fails the asker's with the same failure; any
    /// other failure is `Internal` there.
    Future<Buffer> answer(InstanceId from, Buffer request);
  }

  /// Takes messages.
  interface Hearer {
    void hear(InstanceId from, Buffer message);
  }
}
