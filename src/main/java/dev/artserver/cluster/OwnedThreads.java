package dev.artserver.cluster;

import dev.artserver.model.ThreadId;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Who owns which threads, by asking each instance: slower than the lock service, for the time it
/// is away. An instance that does not answer is passed over.
final class OwnedThreads {
  private static final String KIND = "owned";
  private static final String WRITTEN = "written";
  private static final int MESSAGE_MAX = 1_000;
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Channel channel;
  private final Peers peers;

  OwnedThreads(Channel channel, Peers peers) {
    this.channel = channel;
    this.peers = peers;
  }

  /// Answers the others.
  ///
  /// @param owned whether this instance owns a thread
  void answer(Predicate<ThreadId> owned) {
    channel.answer(
        KIND,
        (from, request) ->
            Future.succeededFuture(write(read(request).stream().filter(owned).toList())));
  }

  /// Tells the others that this instance has written to threads it does not own any more: their
  /// owners may not know.
  void tellWritten(List<ThreadId> threads) {
    for (int from = 0; from < threads.size(); from += MESSAGE_MAX) {
      channel.tell(
          WRITTEN, write(threads.subList(from, Math.min(from + MESSAGE_MAX, threads.size()))));
    }
  }

  /// Hears of threads that others may have written to.
  void onWritten(Consumer<ThreadId> listener) {
    channel.hear(WRITTEN, (from, message) -> read(message).forEach(listener));
  }

  /// The other instance that owns a thread.
  Future<Optional<InstanceId>> owner(ThreadId thread) {
    List<InstanceId> asked = others();
    List<Future<Set<ThreadId>>> answers =
        asked.stream().map(peer -> owned(peer, List.of(thread))).toList();
    return Future.all(answers)
        .map(all -> {
          for (int i = 0; i < asked.size(); i++) {
            if (answers.get(i).result().contains(thread)) {
              return Optional.of(asked.get(i));
            }
          }
          return Optional.empty();
        });
  }

  /// Those of some threads that other instances own.
  Future<Set<ThreadId>> owned(List<ThreadId> threads) {
    List<Future<Set<ThreadId>>> answers =
        others().stream().map(peer -> owned(peer, threads)).toList();
    return Future.all(answers)
        .map(all -> {
          Set<ThreadId> owned = new HashSet<>();
          answers.forEach(answer -> owned.addAll(answer.result()));
          return owned;
        });
  }

  private List<InstanceId> others() {
    return peers.living().stream()
        .map(InstanceInfo::id)
        .filter(id -> !id.equals(peers.self()))
        .toList();
  }

  private Future<Set<ThreadId>> owned(InstanceId peer, List<ThreadId> threads) {
    return channel
        .ask(peer, KIND, write(threads), PATIENCE)
        .map(answer -> Set.copyOf(read(answer)))
        .otherwise(Set.of());
  }

  private static Buffer write(List<ThreadId> threads) {
    return Buffer.buffer(Fields.bytes(threads, OwnedThreads::members));
  }

  private static void members(Fields out, List<ThreadId> threads) throws IOException {
    out.texts("threads", threads.stream().map(ThreadId::value).toList());
  }

  private static List<ThreadId> read(Buffer bytes) {
    return Members.of(bytes.getBytes()).texts("threads").stream().map(ThreadId::new).toList();
  }
}
