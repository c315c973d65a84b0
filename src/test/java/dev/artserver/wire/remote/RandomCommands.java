package dev.artserver.wire.remote;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Caller;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.Message;
import dev.artserver.model.OperationKey;
import dev.artserver.model.RandomModel;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.ThreadCommand;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Any command, from a seed.
final class RandomCommands {
  private static final ThreadId THREAD = new ThreadId("t1");
  private static final int STATE_CHANGED = 1;
  private static final int RUN_QUEUED = 2;
  private static final int MESSAGE_ADDED = 12;

  private final Random random;
  private final RandomModel model;

  RandomCommands(long seed) {
    random = new Random(seed);
    model = new RandomModel(seed);
  }

  ThreadCommand<?> next() {
    Caller caller = caller();
    OperationKey operation = operation();
    return switch (random.nextInt(10)) {
      case 0 ->
          new ThreadCommand.Create(
              THREAD, caller, config(), labels(), random.nextBoolean(), operation);
      case 1 ->
          new ThreadCommand.Configure(
              THREAD,
              caller,
              random.nextBoolean() ? config() : null,
              random.nextBoolean() ? object().putNull("a").put("b", "c") : null,
              operation);
      case 2 -> new ThreadCommand.EnableTool(THREAD, caller, "x", random.nextBoolean(), operation);
      case 3 -> new ThreadCommand.Delete(THREAD, caller);
      case 4 ->
          new ThreadCommand.UpdateState(
              THREAD,
              caller,
              ((ThreadEvent.StateChanged) model.event(STATE_CHANGED)).change(),
              random.nextBoolean() ? random.nextLong(99) : null,
              operation);
      case 5 -> new ThreadCommand.AddMessages(THREAD, caller, List.of(message()), operation);
      case 6 ->
          new ThreadCommand.StartRun(
              THREAD,
              caller,
              ((ThreadEvent.RunQueued) model.event(RUN_QUEUED)).request(),
              random.nextBoolean() ? config() : null,
              labels(),
              operation);
      case 7 ->
          new ThreadCommand.ResumeRun(
              THREAD,
              caller,
              new RunId("r1"),
              "x1",
              List.of(
                  new GivenVerdict(null, true, null, "why", null),
                  new GivenVerdict(
                      "c", false, null, null, JsonNodeFactory.instance.objectNode().put("a", 1))),
              operation);
      case 8 -> new ThreadCommand.Wake(THREAD);
      default -> new ThreadCommand.CancelRun(THREAD, caller, new RunId("r1"));
    };
  }

  private ThreadCommand.NewMessage message() {
    Message message = ((ThreadEvent.MessageAdded) model.event(MESSAGE_ADDED)).message();
    return new ThreadCommand.NewMessage(
        message.role(), message.content(), message.parts(), message.metadata());
  }

  private Caller caller() {
    return switch (random.nextInt(3)) {
      case 0 -> Caller.ANONYMOUS;
      case 1 -> new Caller("u1", Set.of(), null);
      default -> new Caller("žluť", Set.of("admin", "reader"), "u2");
    };
  }

  private @Nullable OperationKey operation() {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> new OperationKey("k", "2:f");
      default -> new OperationKey("u1\n\nk", "2:f", "old");
    };
  }

  private ObjectNode config() {
    ObjectNode config = object().put("historyLimit", random.nextInt(9));
    if (random.nextBoolean()) {
      config.putObject("provider").put("apiKey", "sealed:v1:x");
    }
    return config;
  }

  private Map<String, String> labels() {
    return random.nextBoolean() ? Map.of() : Map.of("a", "1", "b", "2");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
