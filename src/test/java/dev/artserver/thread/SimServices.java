package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.admission.Admission;
import dev.artserver.admission.PoolConfig;
import dev.artserver.admission.RunSlots;
import dev.artserver.agent.AgentCore;
import dev.artserver.agent.AgentView;
import dev.artserver.agent.Decision;
import dev.artserver.model.Execution;
import dev.artserver.model.Failure;
import dev.artserver.model.Ids;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import dev.artserver.model.Turn;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.Providers;
import dev.artserver.store.ThreadStore;
import dev.artserver.tool.ToolContext;
import dev.artserver.tool.Tools;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// The world around an owner, in simulated time: a model, a tool, slots, and an agent that uses
/// them.
final class SimServices {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  static final ToolSpec REPEATABLE = tool("repeatable", true);
  static final ToolSpec ONCE = tool("once", false);

  private final SimTime time;
  private final Random random;
  private final List<Slots> pools = new ArrayList<>();
  int modelCallsOpen;
  double modelFaults;

  SimServices(SimTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  int slotsInUse() {
    return pools.stream().mapToInt(slots -> slots.pool.stats().active()).sum();
  }

  long slotsYielded() {
    return pools.stream().mapToLong(slots -> slots.pool.stats().yielded()).sum();
  }

  ThreadServices with(ThreadStore store, ThreadsConfig config) {
    Slots slots = new Slots(2);
    pools.add(slots);
    return new ThreadServices(
        config,
        new Profiles(),
        store,
        slots,
        new Models(),
        new SimTools(),
        Map.of("sim", new SimAgent()),
        new Ids(random, time),
        time,
        time,
        (thread, facts) -> {});
  }

  private static ToolSpec tool(String name, boolean idempotent) {
    return new ToolSpec(name, name, JSON.objectNode(), idempotent);
  }

  private static final class Profiles implements ProfileRules {
    @Override
    public ThreadConfig defaults() {
      return new ThreadConfig(
          new ProviderChoice("sim", "sim-1", JSON.objectNode()),
          "sim",
          List.of("repeatable", "once"),
          5,
          null,
          Persona.NONE,
          Execution.DEFAULT,
          OnBusy.ENQUEUE);
    }

    @Override
    public ThreadConfig merge(ThreadId thread, ThreadConfig current, ObjectNode patch) {
      JsonNode limit = patch.path("historyLimit");
      return new ThreadConfig(
          current.provider(),
          current.agent(),
          current.enabledTools(),
          limit.isInt() ? limit.intValue() : current.historyLimit(),
          null,
          Persona.NONE,
          Execution.DEFAULT,
          OnBusy.ENQUEUE);
    }
  }

  /// Calls the model, then tools if it wants them, up to three rounds.
  private static final class SimAgent implements AgentCore {
    @Override
    public String name() {
      return "sim";
    }

    @Override
    public Decision next(AgentView view) {
      List<Turn> turns = view.run().turns();
      if (!turns.isEmpty() && turns.getLast() instanceof Turn.ModelTurn said) {
        return said.toolCalls().isEmpty()
            ? new Decision.Finish(List.of(), said.text(), null)
            : new Decision.Act(List.of(), null, said.toolCalls());
      }
      return new Decision.Ask(
          List.of(),
          Phase.EXECUTION,
          null,
          List.of(new ModelMessage.FromUser(view.run().request().query())),
          turns.size() > 4 ? List.of() : view.tools());
    }
  }

  private final class Models implements Providers {
    @Override
    public Set<String> names() {
      return Set.of("sim");
    }

    @Override
    public ModelCall call(
        String provider, CallTerms terms, ModelRequest request, ModelListener listener) {
      modelCallsOpen++;
      boolean[] over = {false};
      Runnable end =
          () -> {
            if (!over[0]) {
              over[0] = true;
              modelCallsOpen--;
            }
          };
      time.schedule(
          delay(50),
          () -> {
            if (!over[0]) {
              listener.onText("some ");
            }
          });
      time.schedule(
          delay(100).plusMillis(50),
          () -> {
            if (!over[0]) {
              end.run();
              answer(request, listener);
            }
          });
      return end::run;
    }

    private void answer(ModelRequest request, ModelListener listener) {
      if (random.nextDouble() < modelFaults) {
        listener.onFailed(new Failure.ProviderError("sim", 500, "down", null));
        return;
      }
      List<ToolCall> calls =
          request.tools().isEmpty() || random.nextInt(3) > 0
              ? List.of()
              : List.of(
                  new ToolCall("call", random.nextBoolean() ? "once" : "repeatable", "{}"),
                  new ToolCall("call", "repeatable", "{}"));
      listener.onDone(
          new ModelReply(
              calls.isEmpty() ? "some answer" : "", "", calls, new Usage(3, 2, 0), "stop"));
    }
  }

  private final class SimTools implements Tools {
    @Override
    public List<ToolSpec> all() {
      return List.of(ONCE, REPEATABLE);
    }

    @Override
    public Optional<ToolSpec> find(String name) {
      return all().stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    @Override
    public Running run(ToolCall call, ToolContext context) {
      Promise<ToolResult> result = Promise.promise();
      time.schedule(
          delay(30), () -> result.complete(ToolResult.success(call, JSON.textNode("done"), 1)));
      return new Running() {
        @Override
        public Future<ToolResult> result() {
          return result.future();
        }

        @Override
        public void cancel() {}
      };
    }
  }

  /// The real pool, whose waits end in simulated time.
  private final class Slots implements Admission {
    private final RunSlots pool;

    Slots(int limit) {
      pool =
          new RunSlots(
              new PoolConfig(limit, 100, Duration.ofMillis(400), Duration.ofMillis(100)), time);
    }

    @Override
    public Ticket request(Request request) {
      return timed(request, pool.request(request));
    }

    @Override
    public Ticket requestAccepted(Request request) {
      return timed(request, pool.requestAccepted(request));
    }

    private Ticket timed(Request request, Ticket ticket) {
      time.schedule(Duration.ofMillis(401), pool::expire);
      time.schedule(Duration.between(time.instant(), request.deadline()), pool::expire);
      return ticket;
    }

    @Override
    public Optional<Failure> refusal() {
      return pool.refusal();
    }
  }

  private Duration delay(int maxMs) {
    return Duration.ofNanos(random.nextInt(maxMs * 1_000_000));
  }
}
