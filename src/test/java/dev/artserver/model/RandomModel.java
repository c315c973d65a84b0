package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Any value of the model, from a seed. JSON numbers are of the kinds a parser makes.
public final class RandomModel {
  private static final List<String> TEXTS =
      List.of("", "hello", "line\nbreak", "quote \" and \\", "žluťoučký 🐎 \u2028", "{\"a\":1}");

  private final Random random;

  public RandomModel(long seed) {
    random = new Random(seed);
  }

  public Fact fact(long seq) {
    return new Fact(seq, random.nextInt(1000), instant(), event(), maybe(this::caller));
  }

  private RecordedCaller caller() {
    return new RecordedCaller("account-" + random.nextInt(9), maybe(this::text));
  }

  public ThreadEvent event() {
    return event(random.nextInt(20));
  }

  /// An event of the kind with this number, 0 to 19.
  public ThreadEvent event(int kind) {
    return switch (kind) {
      case 0 -> new ThreadEvent.ConfigChanged(profile());
      case 1 -> new ThreadEvent.StateChanged(text(), change());
      case 2 -> new ThreadEvent.RunQueued(run(), request());
      case 3 -> new ThreadEvent.RunStarted(run(), 1 + random.nextInt(3), maybe(this::millis));
      case 4 -> new ThreadEvent.RunPhase(run(), one(Phase.values()), maybe(this::text));
      case 5 -> new ThreadEvent.PlanUpdated(run(), plan());
      case 6 -> new ThreadEvent.ItemUpdated(run(), item());
      case 7 ->
          new ThreadEvent.ModelCallStarted(
              run(), text(), one(Phase.values()), maybe(this::text), text(), text());
      case 8 -> ended();
      case 9 ->
          new ThreadEvent.Thoughts(run(), text(), one(Phase.values()), maybe(this::text), text());
      case 10 -> new ThreadEvent.ToolStarted(run(), call(), maybe(this::text));
      case 11 -> new ThreadEvent.ToolEnded(run(), result(), maybe(this::text));
      case 12 -> new ThreadEvent.MessageAdded(message());
      case 13 -> new ThreadEvent.RunCompleted(run(), summary());
      case 14 -> new ThreadEvent.RunFailed(run(), failure(), summary());
      case 15 -> new ThreadEvent.RunCancelled(run(), summary());
      case 16 -> new ThreadEvent.RunYielded(run());
      case 17 -> new ThreadEvent.RunSuspended(run(), text(), List.of(question(), question()));
      case 18 ->
          new ThreadEvent.RunResumed(
              run(),
              text(),
              List.of(
                  new Verdict(text(), random.nextBoolean(), null, maybe(this::text), object(1))),
              random.nextBoolean(),
              random.nextInt(3));
      default -> new ThreadEvent.RunInterrupted(run(), run(), random.nextBoolean(), summary());
    };
  }

  public ThreadState state(ThreadId id) {
    return new ThreadState(
        id,
        random.nextLong(1L << 40),
        maybe(this::profile),
        maybe(this::text),
        new StateDocument(random.nextInt(99), text(), instant(), object(3)),
        some(this::message),
        some(this::activeRun),
        instant(),
        instant());
  }

  public Answer answer() {
    return switch (random.nextInt(6)) {
      case 0 -> new Answer.ThreadReady(head(new ThreadId("t1")), random.nextBoolean());
      case 1 -> new Answer.State(new StateDocument(3, text(), instant(), object(2)));
      case 2 -> new Answer.RunAccepted(run(), random.nextInt(100));
      case 3 -> new Answer.RunSeen(run(), one(RunStatus.values()));
      case 4 -> new Answer.MessagesAdded(some(this::message));
      default -> new Answer.Deleted();
    };
  }

  public ThreadHead head(ThreadId id) {
    return new ThreadHead(
        id,
        one(ThreadStatus.values()),
        maybe(this::text),
        profile(),
        random.nextInt(9),
        random.nextInt(99),
        maybe(this::run),
        instant(),
        instant(),
        maybe(this::instant));
  }

  public Profile profile() {
    return new Profile(config(), Map.of("userId", text(), "k" + random.nextInt(3), text()));
  }

  public ThreadConfig config() {
    return new ThreadConfig(
        provider(),
        one("pes", "react"),
        some(this::text),
        random.nextInt(1001),
        maybe(this::systemPrompt),
        persona(),
        execution(),
        one(OnBusy.values()),
        maybe(() -> some(this::text)));
  }

  private ThreadEvent ended() {
    return new ThreadEvent.ModelCallEnded(
        run(),
        text(),
        one(Phase.values()),
        maybe(this::text),
        text(),
        some(this::call),
        usage(),
        text(),
        random.nextInt(9999),
        random.nextInt(99));
  }

  private ActiveRun activeRun() {
    return new ActiveRun(
        run(),
        request(),
        instant(),
        random.nextInt(99),
        stage(),
        random.nextInt(3),
        random.nextInt(3),
        maybe(this::instant),
        new WorkTime(millis(), maybe(this::instant)),
        some(() -> new RunStep(one(Phase.values()), maybe(this::text), random.nextInt(3))),
        some(this::endedCall),
        some(this::openCall),
        usage(),
        random.nextInt(9),
        random.nextInt(9),
        maybe(() -> new AgentPart(object(2))),
        random.nextBoolean());
  }

  private RunStage stage() {
    return switch (random.nextInt(4)) {
      case 0 -> new RunStage.Queued();
      case 1 -> new RunStage.Running(1 + random.nextInt(3));
      case 2 -> new RunStage.Yielded();
      default -> new RunStage.Suspended(text(), instant(), instant());
    };
  }

  private EndedCall endedCall() {
    return random.nextBoolean()
        ? new EndedCall.EndedToolCall(result(), one(Phase.values()), maybe(this::text))
        : new EndedCall.EndedModelCall(
            text(), one(Phase.values()), maybe(this::text), text(), some(this::call), text());
  }

  private Question question() {
    return new Question(
        call(),
        one(Question.Kind.values()),
        text(),
        maybe(() -> object(1)),
        random.nextBoolean(),
        one(Risk.values()),
        maybe(this::text),
        instant(),
        one(OnTimeout.values()),
        maybe(this::text));
  }

  private OpenCall openCall() {
    if (random.nextInt(4) == 0) {
      return new OpenCall.OpenQuestion(text(), question(), instant(), one(Phase.values()));
    }
    return random.nextBoolean()
        ? new OpenCall.OpenToolCall(call(), one(Phase.values()), maybe(this::text))
        : new OpenCall.OpenModelCall(text(), one(Phase.values()), maybe(this::text));
  }

  private RunRequest request() {
    RunOptions options =
        new RunOptions(
            maybe(this::provider),
            maybe(this::systemPrompt),
            maybe(this::persona),
            maybe(() -> ExecutionOptions.of(execution())),
            maybe(() -> object(2)));
    List<ContentPart> parts = parts();
    return new RunRequest(
        parts.isEmpty() ? text() : ContentPart.text(parts),
        parts,
        one(Priority.values()),
        maybe(() -> one(OnBusy.values())),
        random.nextBoolean() ? RunOptions.NONE : options,
        millis(),
        text(),
        random.nextBoolean());
  }

  private StateChange change() {
    return switch (random.nextInt(4)) {
      case 0 -> new StateChange.Replace(object(3));
      case 1 -> new StateChange.MergePatch(object(3));
      case 2 ->
          new StateChange.JsonPatch(JsonNodeFactory.instance.arrayNode().addAll(some(this::value)));
      default -> new StateChange.Batch(some(this::operation));
    };
  }

  private StateChange.Operation operation() {
    return switch (random.nextInt(6)) {
      case 0 -> new StateChange.Operation.Put(text(), value());
      case 1 -> new StateChange.Operation.Merge(text(), value());
      case 2 -> new StateChange.Operation.Remove(text());
      case 3 -> new StateChange.Operation.UpdateTodoItem(text(), object(1));
      case 4 -> new StateChange.Operation.UpdateStepOutput(text(), value());
      default -> new StateChange.Operation.SetCurrentStep(text());
    };
  }

  private Plan plan() {
    return new Plan(text(), text(), text(), some(this::item));
  }

  private TodoItem item() {
    return new TodoItem(
        text(),
        text(),
        one(TodoStatus.values()),
        some(this::text),
        some(this::text),
        maybe(this::text),
        maybe(this::text));
  }

  private ToolCall call() {
    return new ToolCall(text(), text(), text(), maybe(() -> object(1)));
  }

  private ToolResult result() {
    return random.nextBoolean()
        ? ToolResult.success(call(), value(), random.nextInt(9))
        : ToolResult.error(call(), "TOOL_TIMEOUT", text(), random.nextInt(9));
  }

  private Message message() {
    List<ContentPart> parts = parts();
    return new Message(
        text(),
        one(Role.values()),
        parts.isEmpty() ? text() : ContentPart.text(parts),
        parts,
        instant(),
        maybe(this::run),
        maybe(() -> object(2)));
  }

  private List<ContentPart> parts() {
    return switch (random.nextInt(4)) {
      case 0 ->
          List.of(new ContentPart.Text(text()), new ContentPart.InlineImage("image/png", text()));
      case 1 ->
          List.of(
              new ContentPart.LinkedImage(text(), maybe(this::text)),
              new ContentPart.Text(text()),
              new ContentPart.Text(text()));
      default -> List.of();
    };
  }

  private RunSummary summary() {
    return new RunSummary(
        millis(), millis(), random.nextInt(9), random.nextInt(9), usage(), random.nextBoolean());
  }

  private RunFailure failure() {
    return new RunFailure(
        "EMPTY_ANSWER", text(), maybe(() -> one(Phase.values())), maybe(this::text));
  }

  private ProviderChoice provider() {
    return new ProviderChoice(
        text(), text(), object(2), maybe(() -> new SealedKey("sealed" + random.nextInt(99))));
  }

  private SystemPrompt systemPrompt() {
    return new SystemPrompt(text(), one(SystemPrompt.Strategy.values()));
  }

  private Persona persona() {
    return new Persona(maybe(this::text), maybe(this::text), maybe(this::text), maybe(this::text));
  }

  private Execution execution() {
    return new Execution(
        1 + random.nextInt(100), 1 + random.nextInt(1000), 100 + random.nextInt(1000));
  }

  private Usage usage() {
    return new Usage(
        random.nextInt(9999), random.nextInt(9999), random.nextInt(99), random.nextInt(3));
  }

  private RunId run() {
    return new RunId("r" + random.nextInt(4));
  }

  private Instant instant() {
    return Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(Integer.MAX_VALUE));
  }

  private Duration millis() {
    return Duration.ofMillis(random.nextInt(1_000_000));
  }

  private ObjectNode object(int depth) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      node.set("m" + i + text(), depth == 0 ? value() : object(depth - 1));
    }
    return node;
  }

  private JsonNode value() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(9)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.booleanNode(random.nextBoolean());
      case 2 -> nodes.numberNode(random.nextInt());
      case 3 -> nodes.numberNode((1L << 40) + random.nextInt());
      case 4 -> nodes.numberNode(BigInteger.ONE.shiftLeft(80));
      case 5 -> nodes.numberNode(random.nextGaussian());
      case 6 -> nodes.arrayNode().add(1).add("x").addNull();
      case 7 -> object(1);
      default -> nodes.textNode(text());
    };
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  @SafeVarargs
  private final <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private <T> List<T> some(Supplier<T> value) {
    List<T> values = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      values.add(value.get());
    }
    return values;
  }
}
