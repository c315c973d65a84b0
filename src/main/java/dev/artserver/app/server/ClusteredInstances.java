package dev.artserver.app.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.cluster.Peers;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.observe.InstanceStats;
import dev.artserver.observe.Instances;
import dev.artserver.wire.Members;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The state of all instances of a cluster: each is asked for what only it knows. One that does not
/// answer is left out.
final class ClusteredInstances implements Instances {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String WAITING = "waiting";
  private static final String THREADS = "monitoredThreads";
  private static final String THREAD = "monitoredThread";

  private final Channel channel;
  private final Peers peers;
  private final Function<ThreadId, Future<InstanceId>> owner;
  private final Instances local;

  /// @param owner the instance to ask about a thread
  /// @param local this instance alone
  ClusteredInstances(
      Channel channel, Peers peers, Function<ThreadId, Future<InstanceId>> owner, Instances local) {
    this.channel = channel;
    this.peers = peers;
    this.owner = owner;
    this.local = local;
  }

  /// Answers the others.
  void answer() {
    channel.answer(
        WAITING,
        (from, request) -> {
          Members in = Members.of(request.getBytes());
          return local
              .waiting(new ThreadId(in.text("threadId")), new RunId(in.text("runId")))
              .map(ClusteredInstances::bytes);
        });
    channel.answer(
        THREAD,
        (from, request) ->
            local
                .thread(new ThreadId(Members.of(request.getBytes()).text("threadId")))
                .map(ClusteredInstances::bytes));
    channel.answer(
        THREADS,
        (from, request) ->
            local
                .threads(Members.of(request.getBytes()).small("limit"))
                .map(items -> {
                  ObjectNode node = JSON.objectNode();
                  node.putArray("items").addAll(items);
                  return bytes(Optional.of(node));
                }));
  }

  @Override
  public List<InstanceStats> all() {
    return peers.living().stream().map(info -> stats(info, peers.self())).toList();
  }

  static InstanceStats stats(InstanceInfo info, InstanceId self) {
    return new InstanceStats(
        info.id().value(),
        info.release(),
        info.threads(),
        info.threadsMax(),
        info.runs(),
        info.runsMax(),
        info.waiting(),
        info.draining(),
        info.api(),
        info.id().equals(self));
  }

  @Override
  public Future<Optional<ObjectNode>> waiting(ThreadId thread, RunId run) {
    ObjectNode asked = JSON.objectNode();
    asked.put("threadId", thread.value()).put("runId", run.value());
    return owner
        .apply(thread)
        .compose(instance ->
            instance.equals(peers.self())
                ? local.waiting(thread, run)
                : ask(instance, WAITING, asked));
  }

  @Override
  public Future<Optional<ObjectNode>> thread(ThreadId thread) {
    return local
        .thread(thread)
        .compose(found ->
            found.isPresent()
                ? Future.succeededFuture(found)
                : fromOthers(THREAD, JSON.objectNode().put("threadId", thread.value()))
                    .map(answers -> answers.stream().max(Comparator.comparing(this::start))));
  }

  @Override
  public Future<List<ObjectNode>> threads(int limit) {
    return Future.all(
            local.threads(limit), fromOthers(THREADS, JSON.objectNode().put("limit", limit)))
        .map(both -> {
          List<ObjectNode> all = new ArrayList<>(both.<List<ObjectNode>>resultAt(0));
          for (ObjectNode answer : both.<List<ObjectNode>>resultAt(1)) {
            for (JsonNode item : answer.path("items")) {
              all.add((ObjectNode) item);
            }
          }
          all.sort(
              Comparator.<ObjectNode, Boolean>comparing(item -> item.has("endTime"))
                  .thenComparing(Comparator.comparing(this::start).reversed()));
          return all.stream().limit(limit).toList();
        });
  }

  private String start(ObjectNode metrics) {
    return metrics.path("startTime").asText();
  }

  private Future<List<ObjectNode>> fromOthers(String kind, ObjectNode request) {
    return Future.all(
            peers.living().stream()
                .map(InstanceInfo::id)
                .filter(id -> !id.equals(peers.self()))
                .map(id -> ask(id, kind, request))
                .toList())
        .map(answers ->
            answers.<Optional<ObjectNode>>list().stream().flatMap(Optional::stream).toList());
  }

  private Future<Optional<ObjectNode>> ask(InstanceId instance, String kind, ObjectNode request) {
    return channel
        .ask(instance, kind, bytes(Optional.of(request)), PATIENCE)
        .map(answer ->
            answer.length() == 0
                ? Optional.<ObjectNode>empty()
                : Optional.of(Members.of(answer.getBytes()).node()))
        .otherwise(Optional.empty());
  }

  /// Empty for nothing.
  private static Buffer bytes(Optional<ObjectNode> node) {
    return node.map(present -> Buffer.buffer(present.toString())).orElseGet(Buffer::buffer);
  }
}
