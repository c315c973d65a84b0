package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Answer;
import dev.artserver.model.ClientTool;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Profile;
import dev.artserver.model.RunId;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.provider.Fallback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What each command does to a thread: decides on the draft's state and gives the answer. A refusal
/// is thrown, and then the draft is discarded.
final class CommandRules {
  private static final int LABELS_MAX = 64;
  private static final int LABEL_MAX = 1_024;

  private final ThreadServices services;
  private final RunRules runs;
  private final ThreadWeight weight;

  CommandRules(ThreadServices services, RunRules runs, ThreadWeight weight) {
    this.services = services;
    this.runs = runs;
    this.weight = weight;
  }

  Answer.ThreadReady create(Draft draft, ThreadCommand.Create command) {
    if (draft.state().exists()) {
      if (!command.returnExisting()) {
        throw new FailureException(new Failure.ThreadExists(command.thread()));
      }
      return new Answer.ThreadReady(draft.state().head(), false);
    }
    make(draft, command.thread(), command.config(), command.metadata());
    return new Answer.ThreadReady(draft.state().head(), true);
  }

  Answer.ThreadReady configure(Draft draft, ThreadCommand.Configure command) {
    Profile old = existing(draft, command.thread());
    ThreadConfig config =
        command.config() == null
            ? old.config()
            : services.profiles().merge(command.thread(), old.config(), command.config());
    checkKnown(config);
    return change(draft, old, new Profile(config, merged(old.metadata(), command.metadata())));
  }

  Answer.ThreadReady enableTool(Draft draft, ThreadCommand.EnableTool command) {
    Profile old = existing(draft, command.thread());
    List<String> tools = new ArrayList<>(old.config().enabledTools());
    if (command.enabled()) {
      checkTool(command.tool(), "/tool");
      if (!tools.contains(command.tool())) {
        tools.add(command.tool());
      }
    } else {
      tools.remove(command.tool());
    }
    return change(draft, old, new Profile(old.config().withEnabledTools(tools), old.metadata()));
  }

  Answer.State updateState(Draft draft, ThreadCommand.UpdateState command) {
    existing(draft, command.thread());
    long version = draft.state().document().version();
    if (command.expectedVersion() != null && command.expectedVersion() != version) {
      throw new FailureException(
          new Failure.ConcurrentModification(command.thread(), command.expectedVersion(), version));
    }
    String operation =
        command.operation() == null ? services.ids().next() : command.operation().clientKey();
    long before = weight.of(draft.state());
    draft.add(new ThreadEvent.StateChanged(operation, command.change()));
    // A thread above its limit may still be made smaller.
    if (weight.of(draft.state()) > before) {
      checkWeight(draft, "");
    }
    return new Answer.State(draft.state().document());
  }

  Answer.MessagesAdded addMessages(Draft draft, ThreadCommand.AddMessages command) {
    existing(draft, command.thread());
    List<Message> added = new ArrayList<>(command.messages().size());
    for (ThreadCommand.NewMessage one : command.messages()) {
      Message message =
          new Message(
              services.ids().nextMessage(),
              one.role(),
              one.content(),
              one.parts(),
              draft.now(),
              null,
              one.metadata());
      draft.add(new ThreadEvent.MessageAdded(message));
      added.add(message);
    }
    checkWeight(draft, "/messages");
    return new Answer.MessagesAdded(added);
  }

  Answer.RunAccepted startRun(Draft draft, ThreadCommand.StartRun command) {
    if (!draft.state().exists() && command.createWith() != null) {
      make(draft, command.thread(), command.createWith(), command.metadata());
    }
    ThreadConfig config = existing(draft, command.thread()).config();
    RunRequest asked = command.request();
    if (asked.options().provider() != null) {
      checkProvider(asked.options().provider().name(), "/options/provider/name");
    }
    OnBusy onBusy = asked.onBusy() == null ? config.onBusy() : asked.onBusy();
    RunId id = services.ids().nextRun();
    makeRoom(draft, command.thread(), id, onBusy);
    Duration longest = services.config().runTimeoutMax();
    Duration timeout = asked.timeout().compareTo(longest) > 0 ? longest : asked.timeout();
    draft.add(
        new ThreadEvent.RunQueued(
            id,
            new RunRequest(
                asked.query(),
                asked.parts(),
                asked.priority(),
                onBusy,
                asked.options().withAllBounds(config.execution()),
                timeout,
                asked.traceId(),
                asked.preemptionAllowed())));
    if (!asked.parts().isEmpty()) {
      checkWeight(draft, "/query");
    }
    return new Answer.RunAccepted(id, draft.state().seq());
  }

  /// Refuses what would put the thread above its memory limit.
  private void checkWeight(Draft draft, String pointer) {
    long bytes = weight.of(draft.state());
    long most = services.config().memoryMax();
    if (bytes > most) {
      throw new FailureException(
          Failure.unprocessable(
              "MEMORY_LIMIT_EXCEEDED",
              pointer,
              "must leave the thread with at most " + most + " bytes",
              "about " + bytes));
    }
  }

  /// Null for a run that is not open: its outcome stands in the log, which the caller reads.
  Answer.@Nullable RunSeen cancelRun(Draft draft, ThreadCommand.CancelRun command) {
    existing(draft, command.thread());
    if (draft.state().run(command.run()) == null) {
      return null;
    }
    runs.cancel(draft, command.run());
    return new Answer.RunSeen(command.run(), RunStatus.CANCELLED);
  }

  private void makeRoom(Draft draft, ThreadId thread, RunId newcomer, OnBusy onBusy) {
    ActiveRun current = draft.state().currentRun();
    if (current == null) {
      Optional<Failure> refusal = services.admission().refusal();
      if (refusal.isPresent()) {
        throw new FailureException(refusal.get());
      }
      return;
    }
    switch (onBusy) {
      case ENQUEUE -> {
        int limit = services.config().queuedRunsMax();
        if (draft.state().runs().size() > limit) {
          throw new FailureException(
              new Failure.Full(
                  "THREAD_QUEUE_FULL", "the thread's queue of runs", limit, Duration.ofSeconds(1)));
        }
      }
      case REJECT -> throw new FailureException(new Failure.ThreadBusy(thread, current.id()));
      case INTERRUPT -> runs.interrupt(draft, current, newcomer, false);
      case ROLLBACK -> runs.interrupt(draft, current, newcomer, true);
    }
  }

  private void make(Draft draft, ThreadId thread, ObjectNode config, Map<String, String> metadata) {
    ThreadConfig made = services.profiles().merge(thread, services.profiles().defaults(), config);
    checkKnown(made);
    checkLabels(metadata);
    draft.add(new ThreadEvent.ConfigChanged(new Profile(made, metadata)));
  }

  private Answer.ThreadReady change(Draft draft, Profile old, Profile next) {
    if (!next.equals(old)) {
      draft.add(new ThreadEvent.ConfigChanged(next));
    }
    return new Answer.ThreadReady(draft.state().head(), false);
  }

  private static Profile existing(Draft draft, ThreadId thread) {
    if (!draft.state().exists()) {
      throw new FailureException(new Failure.NotFound("THREAD", thread.value()));
    }
    return draft.state().knownProfile();
  }

  private void checkKnown(ThreadConfig config) {
    checkProvider(config.provider().name(), "/config/provider/name");
    List<String> fallbacks = config.fallbacks() == null ? List.of() : config.fallbacks();
    for (int i = 0; i < fallbacks.size(); i++) {
      checkProvider(Fallback.parse(fallbacks.get(i)).provider(), "/config/fallbacks/" + i);
    }
    if (!services.cores().containsKey(config.agent())) {
      throw new FailureException(
          Failure.unprocessable(
              "UNKNOWN_AGENT",
              "/config/agent",
              "must be one of " + services.cores().keySet().stream().sorted().toList(),
              config.agent()));
    }
    for (int i = 0; i < config.enabledTools().size(); i++) {
      checkTool(config.enabledTools().get(i), "/config/enabledTools/" + i);
    }
    config.approvals().keySet().forEach(tool -> checkTool(tool, "/config/approvals/" + tool));
    for (int i = 0; i < config.clientTools().size(); i++) {
      checkClientTool(config.clientTools().get(i), "/config/clientTools/" + i);
    }
  }

  private void checkClientTool(ClientTool tool, String pointer) {
    if (services.tools().find(tool.name()).isPresent()) {
      throw new FailureException(
          Failure.unprocessable(
              "TOOL_EXISTS",
              pointer + "/name",
              "must not be the name of a tool of this server",
              tool.name()));
    }
    checkSchema(tool.inputSchema(), pointer + "/inputSchema");
    if (tool.outputSchema() != null) {
      checkSchema(tool.outputSchema(), pointer + "/outputSchema");
    }
  }

  private void checkSchema(ObjectNode schema, String pointer) {
    Optional<String> wrong = services.tools().schemas().violation(schema);
    if (wrong.isPresent()) {
      throw new FailureException(
          Failure.unprocessable(
              "INVALID_SCHEMA", pointer, "must be JSON Schema 2020-12: " + wrong.get(), null));
    }
  }

  private void checkProvider(String name, String pointer) {
    if (!services.providers().names().contains(name)) {
      throw new FailureException(
          Failure.unprocessable(
              "UNKNOWN_PROVIDER",
              pointer,
              "must be one of " + services.providers().names().stream().sorted().toList(),
              name));
    }
  }

  private void checkTool(String tool, String pointer) {
    if (services.tools().find(tool).isEmpty()) {
      throw new FailureException(
          Failure.unprocessable("UNKNOWN_TOOL", pointer, "must be a tool of this server", tool));
    }
  }

  private static Map<String, String> merged(Map<String, String> old, @Nullable ObjectNode patch) {
    if (patch == null) {
      return old;
    }
    Map<String, String> next = new HashMap<>(old);
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      if (entry.getValue().isNull()) {
        next.remove(entry.getKey());
      } else if (entry.getValue().isTextual()) {
        next.put(entry.getKey(), entry.getValue().textValue());
      } else {
        throw new FailureException(
            Failure.invalid(
                "/metadata/" + entry.getKey(),
                "must be a string or null",
                entry.getValue().toString()));
      }
    }
    checkLabels(next);
    return next;
  }

  private static void checkLabels(Map<String, String> labels) {
    if (labels.size() > LABELS_MAX) {
      throw new FailureException(
          Failure.invalid(
              "/metadata", "must have at most " + LABELS_MAX + " members", labels.size() + ""));
    }
    labels.forEach((key, value) -> {
      if (key.isEmpty() || key.length() > 128 || value.length() > LABEL_MAX) {
        throw new FailureException(
            Failure.invalid(
                "/metadata/" + key,
                "must have a key of 1 to 128 and a value of at most " + LABEL_MAX + " characters",
                value));
      }
    });
  }
}
