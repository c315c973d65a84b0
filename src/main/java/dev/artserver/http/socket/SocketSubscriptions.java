package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.stream.FactTypes;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The threads that one socket follows: at most one subscription per thread. A new subscription
/// takes the place of the earlier one when it is accepted; one that is refused changes nothing.
final class SocketSubscriptions {
  private final SocketServices services;
  private final SocketWriter writer;
  private final Runnable onTooMany;
  private final Runnable onTooSlow;
  private final Map<ThreadId, SocketSubscription> accepted = new HashMap<>();
  private final List<SocketSubscription> asked = new ArrayList<>();
  private long number;

  /// @param onTooMany called when the client wants to follow more threads than allowed
  /// @param onTooSlow called when the client was too slow for a thread
  SocketSubscriptions(
      SocketServices services, SocketWriter writer, Runnable onTooMany, Runnable onTooSlow) {
    this.services = services;
    this.writer = writer;
    this.onTooMany = onTooMany;
    this.onTooSlow = onTooSlow;
  }

  Future<SocketReply> subscribe(ObjectNode message) {
    ThreadId thread = WebSocketSession.thread(message);
    if (threadsWith(thread) > services.limits().subscriptionsMax()) {
      onTooMany.run();
      throw new FailureException(new Failure.Http("OVERLOADED", 503, "too many subscriptions"));
    }
    List<String> types = new ArrayList<>();
    message.path("types").forEach(type -> types.add(type.textValue()));
    FollowRequest request =
        new FollowRequest(
            message.path("after").asLong(0),
            message.path("tokens").asBoolean(true),
            FactTypes.named(types),
            null);
    Occupancy.Lease lease = services.occupancy().subscribe();
    SocketSubscription subscription =
        new SocketSubscription(thread, ++number, writer, lease, accepted, onTooSlow);
    asked.add(subscription);
    return services
        .threads()
        .follow(thread, request, subscription)
        .onSuccess(place -> accept(subscription, place))
        .onFailure(refused -> {
          asked.remove(subscription);
          subscription.leave();
        })
        .map(place -> SocketReply.ack(SocketReply.about(thread), subscription::begin));
  }

  /// Threads followed, or soon to be followed, when `thread` is one more.
  private long threadsWith(ThreadId thread) {
    long more =
        asked.stream()
            .map(SocketSubscription::thread)
            .filter(other -> !other.equals(thread) && !accepted.containsKey(other))
            .distinct()
            .count();
    return accepted.size() + more + (accepted.containsKey(thread) ? 0 : 1);
  }

  private void accept(SocketSubscription subscription, Subscription place) {
    asked.remove(subscription);
    subscription.taken(place);
    if (subscription.left()) {
      return;
    }
    SocketSubscription before = accepted.get(subscription.thread());
    if (before != null && before.number() > subscription.number()) {
      // A later one was accepted sooner.
      subscription.leave();
      return;
    }
    accepted.put(subscription.thread(), subscription);
    if (before != null) {
      before.leave();
    }
  }

  Future<SocketReply> unsubscribe(ObjectNode message) {
    ThreadId thread = WebSocketSession.thread(message);
    SocketSubscription subscription = accepted.get(thread);
    if (subscription != null) {
      subscription.leave();
    }
    asked.stream()
        .filter(waiting -> waiting.thread().equals(thread))
        .forEach(SocketSubscription::leave);
    return Future.succeededFuture(SocketReply.ack(SocketReply.about(thread)));
  }

  /// The socket has closed.
  void leaveAll() {
    List.copyOf(accepted.values()).forEach(SocketSubscription::leave);
    asked.forEach(SocketSubscription::leave);
  }
}
