package dev.artserver.thread;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.PeerUnreachable;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// The messages of simulated instances. Each takes a moment, those from one instance to another
/// keep their order, some are lost, and instances can be cut off.
final class SimNetwork {
  private final SimTime time;
  private final Random random;
  private final Map<InstanceId, SimChannel> channels = new TreeMap<>();
  private final Map<String, Long> last = new HashMap<>();
  private final Set<InstanceId> cutOff = new HashSet<>();
  double losses;

  SimNetwork(SimTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  Channel channel(InstanceId id, SimServices.SimProcess process) {
    SimChannel channel = new SimChannel(id, process);
    channels.put(id, channel);
    return channel;
  }

  private SimChannel channel(InstanceId id) {
    return Objects.requireNonNull(channels.get(id), "never begun");
  }

  void cutOff(InstanceId id, boolean cut) {
    if (cut) {
      cutOff.add(id);
    } else {
      cutOff.remove(id);
    }
  }

  private boolean arrives(InstanceId from, InstanceId to) {
    boolean apart = !from.equals(to) && (cutOff.contains(from) || cutOff.contains(to));
    return !apart && channels.containsKey(to) && random.nextDouble() >= losses;
  }

  /// Runs it at the receiver, after all that was sent there before.
  private void deliver(InstanceId from, InstanceId to, Runnable task) {
    if (!arrives(from, to)) {
      return;
    }
    long at =
        Math.max(last.getOrDefault(from + ">" + to, 0L), time.nanos() + random.nextInt(2_000_000));
    last.put(from + ">" + to, at);
    time.schedule(Duration.ofNanos(at - time.nanos()), channel(to).process.whileAlive(task));
  }

  private final class SimChannel implements Channel {
    private final InstanceId self;
    private final SimServices.SimProcess process;
    private final Map<String, Answerer> answerers = new HashMap<>();
    private final Map<String, Hearer> hearers = new HashMap<>();

    SimChannel(InstanceId self, SimServices.SimProcess process) {
      this.self = self;
      this.process = process;
    }

    @Override
    public InstanceId self() {
      return self;
    }

    @Override
    public Future<Buffer> ask(InstanceId to, String kind, Buffer request, Duration patience) {
      Promise<Buffer> answer = Promise.promise();
      time.schedule(
          patience.compareTo(Duration.ofSeconds(4)) < 0 ? patience : Duration.ofSeconds(4),
          process.whileAlive(
              () -> answer.tryFail(new PeerUnreachable(to, "did not answer in time", null))));
      deliver(
          self,
          to,
          () ->
              channel(to)
                  .answered(self, kind, request)
                  .onComplete(done -> deliver(to, self, () -> hear(answer, done))));
      return answer.future();
    }

    private static void hear(Promise<Buffer> answer, AsyncResult<Buffer> done) {
      if (done.succeeded()) {
        answer.tryComplete(done.result());
      } else {
        answer.tryFail(
            done.cause() instanceof FailureException
                ? done.cause()
                : new FailureException(new Failure.Internal(String.valueOf(done.cause()))));
      }
    }

    private Future<Buffer> answered(InstanceId from, String kind, Buffer request) {
      Answerer answerer = Objects.requireNonNull(answerers.get(kind), kind);
      return Activator.attempt(() -> answerer.answer(from, request));
    }

    @Override
    public void tell(String kind, Buffer message) {
      for (InstanceId to : List.copyOf(channels.keySet())) {
        deliver(
            self,
            to,
            () -> {
              Hearer hearer = channel(to).hearers.get(kind);
              if (hearer != null) {
                hearer.hear(self, message);
              }
            });
      }
    }

    @Override
    public void answer(String kind, Answerer answerer) {
      answerers.put(kind, answerer);
    }

    @Override
    public void hear(String kind, Hearer hearer) {
      hearers.put(kind, hearer);
    }
  }
}
