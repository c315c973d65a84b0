package dev.artserver.thread;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.admission.Admission;
import dev.artserver.admission.PoolConfig;
import dev.artserver.admission.RunSlots;
import dev.artserver.agent.AgentCore;
import dev.artserver.agent.AgentView;
import dev.artserver.agent.Decision;
import dev.artserver.agent.ReactAgent;
import dev.artserver.flow.Timers;
import dev.artserver.model.Approval;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Execution;
import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.Ids;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.OnBusy;
import dev.artserver.model.OnTimeout;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.Providers;
import dev.artserver.store.ThreadStore;
import dev.artserver.tool.Schemas;
import dev.artserver.tool.ToolContext;
import dev.artserver.tool.Tools;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The services of simulated processes, in simulated time: a model, tools, slots, and an agent that
/// uses them.
final class SimServices {
  /// Bounds that are not the defaults.
  static final Execution EXECUTION = new Execution(4, 30, 2_000);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  static final ToolSpec REPEATABLE = tool("repeatable", true);
  static final ToolSpec ONCE = tool("once", false);

  /// Asks people before it runs; after an hour it is refused.
  static final ToolSpec ASKS =
      new ToolSpec(
          "asks",
          "asks",
          JSON.objectNode(),
          false,
          Approval.of(Approval.Mode.ALWAYS)
              .withModifiableArguments()
              .within(Duration.ofHours(1), OnTimeout.REJECT));

  /// Asks people before it runs; after two hours its run fails.
  static final ToolSpec MUST =
      new ToolSpec(
          "must",
          "must",
          JSON.objectNode(),
          false,
          Approval.of(Approval.Mode.ALWAYS).within(Duration.ofHours(2), OnTimeout.FAIL));

  /// Tools besides those.
  final List<ToolSpec> moreTools = new ArrayList<>();

  /// Tool calls that ran, in order.
  final List<ToolCall> toolsRun = new ArrayList<>();

  /// What the model says; null: as it likes.
  @Nullable Function<ModelRequest, ModelReply> modelSays;

  private final SimTime time;
  private final Random random;
  private final List<SimProcess> processes = new ArrayList<>();
  double modelFaults;

  /// Whether the model does not answer.
  boolean modelSilent;

  /// What the model says first.
  String modelText = "some ";

  /// Whether the model wants a tool each time it may.
  boolean modelWantsTools;

  /// Whether the clock has a bug.
  boolean clockFails;

  /// What the agent throws; null: nothing.
  @Nullable Error agentFails;

  /// What the next model call throws; null: nothing.
  @Nullable Error providersFail;

  /// Called with facts that have become durable.
  BiConsumer<ThreadId, List<Fact>> witness = (thread, facts) -> {};

  SimServices(SimTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  long slotsYielded() {
    return processes.stream().mapToLong(process -> process.slots.pool.stats().yielded()).sum();
  }

  /// The services of a new process.
  SimProcess process(ThreadStore store, ThreadsConfig config) {
    SimProcess process = new SimProcess(store, config);
    processes.add(process);
    return process;
  }

  ThreadServices with(ThreadStore store, ThreadsConfig config) {
    return process(store, config).services();
  }

  /// One process. When it is dead, none of its timers, answers and calls has an effect.
  final class SimProcess {
    private final Slots slots = new Slots(this, 2);
    private final ThreadServices services;
    private int modelCallsOpen;
    private boolean dead;
    private boolean frozen;
    private final List<Runnable> held = new ArrayList<>();

    private SimProcess(ThreadStore store, ThreadsConfig config) {
      services =
          new ThreadServices(
              config,
              new Profiles(),
              answeringWhileAlive(store),
              slots,
              new Models(this),
              new SimTools(this),
              Map.of(
                  "sim", new SimAgent(), "many", new ManyCallsAgent(2), "react", new ReactAgent()),
              new Ids(random, time),
              this::now,
              new ProcessTimers(this, time),
              (thread, facts) -> witness.accept(thread, facts));
    }

    private Instant now() {
      if (clockFails) {
        throw new IllegalStateException("a bug of the clock");
      }
      return time.instant();
    }

    ThreadServices services() {
      return services;
    }

    int slotsInUse() {
      return slots.pool.stats().active();
    }

    int modelCallsOpen() {
      return modelCallsOpen;
    }

    void die() {
      dead = true;
    }

    /// Nothing runs until `thaw`; then everything that was due meanwhile.
    void freeze() {
      frozen = true;
    }

    void thaw() {
      frozen = false;
      List<Runnable> due = List.copyOf(held);
      held.clear();
      due.forEach(task -> time.schedule(Duration.ZERO, whileAlive(task)));
    }

    boolean isFrozen() {
      return frozen;
    }

    Runnable whileAlive(Runnable task) {
      return () -> {
        if (frozen) {
          held.add(task);
        } else if (!dead) {
          task.run();
        }
      };
    }

    private ThreadStore answeringWhileAlive(ThreadStore store) {
      return (ThreadStore)
          Proxy.newProxyInstance(
              ThreadStore.class.getClassLoader(),
              new Class<?>[] {ThreadStore.class},
              (proxy, method, arguments) -> {
                try {
                  return whileAlive((Future<?>) method.invoke(store, arguments));
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private <T> Future<T> whileAlive(Future<T> answer) {
      if (answer.isComplete()) {
        return answer;
      }
      Promise<T> heard = Promise.promise();
      answer.onComplete(done -> whileAlive(() -> heard.handle(done)).run());
      return heard.future();
    }
  }

  private record ProcessTimers(SimProcess process, SimTime time) implements Timers {
    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      return time.schedule(delay, process.whileAlive(task));
    }
  }

  private static void throwIfTold(@Nullable Error error) {
    if (error != null) {
      throw error;
    }
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
          EXECUTION,
          OnBusy.ENQUEUE);
    }

    @Override
    public ThreadConfig merge(ThreadId thread, ThreadConfig current, ObjectNode patch) {
      JsonNode limit = patch.path("historyLimit");
      return new ThreadConfig(
          current.provider(),
          thread.value().startsWith("asks")
              ? "react"
              : thread.value().equals("d") ? "many" : current.agent(),
          current.enabledTools(),
          limit.isInt() ? limit.intValue() : current.historyLimit(),
          null,
          Persona.NONE,
          EXECUTION,
          OnBusy.ENQUEUE);
    }
  }

  /// Calls the model, then tools if it wants them, up to three rounds.
  private final class SimAgent implements AgentCore {
    @Override
    public String name() {
      return "sim";
    }

    @Override
    public Decision next(AgentView view) {
      throwIfTold(agentFails);
      if (!view.run().openCalls().isEmpty()) {
        return new Decision.Wait();
      }
      List<EndedCall> ended = view.run().endedCalls();
      if (!ended.isEmpty() && ended.getLast() instanceof EndedCall.EndedModelCall said) {
        return said.toolCalls().isEmpty()
            ? new Decision.Finish(List.of(), said.text(), null)
            : new Decision.Act(List.of(), null, said.toolCalls());
      }
      return new Decision.Ask(
          List.of(),
          Phase.EXECUTION,
          null,
          List.of(new ModelMessage.FromUser(view.run().request().query())),
          ended.size() > 4 ? List.of() : view.tools());
    }
  }

  private final class Models implements Providers {
    private final SimProcess process;

    Models(SimProcess process) {
      this.process = process;
    }

    @Override
    public Set<String> names() {
      return Set.of("sim");
    }

    @Override
    public ModelCall call(
        String provider, CallTerms terms, ModelRequest request, CallListener listener) {
      Error failing = providersFail;
      providersFail = null;
      throwIfTold(failing);
      process.modelCallsOpen++;
      boolean[] over = {false};
      Runnable end =
          () -> {
            if (!over[0]) {
              over[0] = true;
              process.modelCallsOpen--;
            }
          };
      time.schedule(
          delay(50),
          process.whileAlive(() -> {
            if (!over[0]) {
              listener.onText(modelText);
              while (random.nextDouble() < modelFaults) {
                listener.onAgain(new Failure.ProviderError("sim", 0, "broke off", null));
                listener.onText(modelText);
              }
            }
          }));
      time.schedule(
          delay(100).plusMillis(50),
          process.whileAlive(() -> {
            if (!over[0] && !modelSilent) {
              end.run();
              answer(request, listener);
            }
          }));
      return end::run;
    }

    private void answer(ModelRequest request, ModelListener listener) {
      if (random.nextDouble() < modelFaults) {
        listener.onFailed(new Failure.ProviderError("sim", 500, "down", null));
        return;
      }
      if (modelSays != null) {
        listener.onDone(modelSays.apply(request));
        return;
      }
      List<ToolCall> calls =
          request.tools().isEmpty() || (!modelWantsTools && random.nextInt(3) > 0)
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
    private final SimProcess process;
    private final Schemas schemas = new Schemas();

    SimTools(SimProcess process) {
      this.process = process;
    }

    @Override
    public List<ToolSpec> all() {
      List<ToolSpec> all = new ArrayList<>(moreTools);
      all.addAll(List.of(ONCE, REPEATABLE, ASKS, MUST));
      return all;
    }

    @Override
    public Arguments arguments(ToolCall call) {
      try {
        return new Arguments((ObjectNode) new JsonMapper().readTree(call.arguments()));
      } catch (JsonProcessingException e) {
        return new Arguments(null);
      }
    }

    @Override
    public Schemas schemas() {
      return schemas;
    }

    @Override
    public int resultBytesMax() {
      return 1_000;
    }

    @Override
    public Optional<ToolSpec> find(String name) {
      return all().stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    @Override
    public Running run(ToolCall call, ToolContext context) {
      toolsRun.add(call);
      Promise<ToolResult> result = Promise.promise();
      time.schedule(
          delay(30),
          process.whileAlive(
              () -> result.complete(ToolResult.success(call, JSON.textNode("done"), 1))));
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
    private final SimProcess process;
    private final RunSlots pool;

    Slots(SimProcess process, int limit) {
      this.process = process;
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
      time.schedule(Duration.ofMillis(401), process.whileAlive(pool::expire));
      time.schedule(
          Duration.between(time.instant(), request.deadline()), process.whileAlive(pool::expire));
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
