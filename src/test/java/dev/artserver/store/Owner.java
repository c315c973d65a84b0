package dev.artserver.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunSummary;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a thread's owner knows, and the writes it would make. Each event is a second later.
public final class Owner {
  private final long epoch;
  private ThreadState state;

  public Owner(ThreadId id, Activation activation) {
    epoch = activation.epoch();
    state = activation.snapshot().orElse(ThreadState.empty(id));
    activation.tail().forEach(fact -> state = state.after(fact));
  }

  public ThreadState state() {
    return state;
  }

  public long epoch() {
    return epoch;
  }

  /// The write of these events; the owner takes them as written.
  public Append append(ThreadEvent... events) {
    return append(Optional.empty(), events);
  }

  public Append append(Optional<OperationRecord> operation, ThreadEvent... events) {
    Append append = draft(operation, Arrays.asList(events));
    append.facts().forEach(fact -> state = state.after(fact));
    return append;
  }

  /// The write of an event that a command of `caller` made.
  public Append appendAs(RecordedCaller caller, ThreadEvent event) {
    Append append = draft(Optional.empty(), List.of(event), caller);
    append.facts().forEach(fact -> state = state.after(fact));
    return append;
  }

  /// The write of these events; the owner keeps its state.
  public Append draft(Optional<OperationRecord> operation, List<ThreadEvent> events) {
    return draft(operation, events, null);
  }

  private Append draft(
      Optional<OperationRecord> operation,
      List<ThreadEvent> events,
      @Nullable RecordedCaller caller) {
    ThreadState next = state;
    List<Fact> facts = new ArrayList<>();
    for (ThreadEvent event : events) {
      Fact fact = next.next(event, Instant.ofEpochSecond(1_000_000 + next.seq()), caller);
      facts.add(fact);
      next = next.after(fact);
    }
    return new Append(state.id(), state.seq(), epoch, facts, next.head(), operation);
  }

  public static ThreadEvent created(Map<String, String> metadata) {
    ThreadConfig config =
        new ThreadConfig(
            new ProviderChoice("demo", "demo-1", JsonNodeFactory.instance.objectNode()),
            "pes",
            List.of(),
            50,
            null,
            Persona.NONE,
            TestConfigs.EXECUTION,
            OnBusy.ENQUEUE);
    return new ThreadEvent.ConfigChanged(new Profile(config, metadata));
  }

  public static ThreadEvent queued(String run) {
    return new ThreadEvent.RunQueued(
        new RunId(run),
        new RunRequest("q", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(2), "t"));
  }

  public static ThreadEvent started(String run) {
    return new ThreadEvent.RunStarted(new RunId(run), 1);
  }

  public static ThreadEvent phase(String run, Phase phase) {
    return new ThreadEvent.RunPhase(new RunId(run), phase, null);
  }

  public static ThreadEvent completed(String run) {
    return new ThreadEvent.RunCompleted(
        new RunId(run),
        new RunSummary(Duration.ofSeconds(2), Duration.ofSeconds(1), 1, 0, Usage.NONE, false));
  }

  /// A message with an image of that many bytes of base64.
  public static ThreadEvent shown(int bytes) {
    return new ThreadEvent.MessageAdded(
        new Message(
            "m",
            Role.USER,
            "",
            List.of(new ContentPart.InlineImage("image/png", "A".repeat(bytes))),
            Instant.EPOCH,
            null,
            null));
  }

  public static ThreadEvent said(String text) {
    return new ThreadEvent.MessageAdded(
        new Message("m-" + text, Role.USER, text, Instant.EPOCH, null, null));
  }
}
