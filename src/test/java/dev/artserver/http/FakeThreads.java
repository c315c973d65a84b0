package dev.artserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Page;
import dev.artserver.model.Persona;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.RunSummary;
import dev.artserver.model.SealedKey;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.Usage;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ConfigJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Threads in memory that do what a test says: facts come when it appends them. Thread-safe.
final class FakeThreads implements Threads {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
  static final ThreadConfig CONFIG =
      new ThreadConfig(
          new ProviderChoice("demo", "demo-1", JsonNodeFactory.instance.objectNode()),
          "pes",
          List.of(),
          20,
          null,
          Persona.NONE,
          TestConfigs.EXECUTION,
          OnBusy.ENQUEUE);
  static final RunSummary SUMMARY =
      new RunSummary(Duration.ofMillis(42), Duration.ofMillis(2), 1, 0, new Usage(10, 5, 0), false);

  private final Map<ThreadId, FakeLog> logs = new LinkedHashMap<>();
  private final Map<String, OperationKey> operations = new HashMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  final List<ThreadCommand<?>> commands = new ArrayList<>();
  private @Nullable RuntimeException refusal;
  private @Nullable RuntimeException defect;
  private Future<Void> answering = Future.succeededFuture();
  private Future<Void> following = Future.succeededFuture();
  private BiConsumer<ThreadId, RunId> onRun = (thread, run) -> {};
  private int runs;

  /// The next command or look-up fails.
  synchronized void refuse(RuntimeException error) {
    refusal = error;
  }

  synchronized void refuse(Failure failure) {
    refuse(new FailureException(failure));
  }

  /// Commands from now on throw this at the caller, as only a mistake in the code does.
  synchronized void breakWith(RuntimeException error) {
    defect = error;
  }

  /// Commands from now on are obeyed at once and answered when `then` completes.
  synchronized void answerAfter(Future<Void> then) {
    answering = then;
  }

  /// Subscriptions asked for from now on are accepted when `then` completes.
  synchronized void followAfter(Future<Void> then) {
    following = then;
  }

  /// What happens when a run is accepted.
  synchronized void onRun(BiConsumer<ThreadId, RunId> then) {
    onRun = then;
  }

  synchronized void create(String thread) {
    append(new ThreadId(thread), new ThreadEvent.ConfigChanged(new Profile(CONFIG, Map.of())));
  }

  synchronized void create(String thread, Profile profile) {
    append(new ThreadId(thread), new ThreadEvent.ConfigChanged(profile));
  }

  synchronized Fact append(ThreadId thread, ThreadEvent event) {
    return logs.computeIfAbsent(thread, FakeLog::new).append(event);
  }

  synchronized void push(ThreadId thread, FeedPart part) {
    List.copyOf(known(thread).followers).forEach(follower -> follower.offer(part));
  }

  synchronized void end(ThreadId thread, FeedEnd end) {
    List<FakeFollower> followers = List.copyOf(known(thread).followers);
    known(thread).followers.clear();
    followers.forEach(follower -> follower.end(end));
  }

  synchronized int followers(ThreadId thread) {
    FakeLog log = logs.get(thread);
    return log == null ? 0 : log.followers.size();
  }

  /// Parts the slowest follower has not been given, since it is busy.
  synchronized int waiting(ThreadId thread) {
    return known(thread).followers.stream().mapToInt(FakeFollower::waiting).max().orElse(0);
  }

  synchronized List<ThreadCommand<?>> commands() {
    return List.copyOf(commands);
  }

  <C> List<C> commands(Class<C> kind) {
    return commands().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private FakeLog known(ThreadId thread) {
    FakeLog log = logs.get(thread);
    if (log == null) {
      throw new FailureException(new Failure.NotFound("THREAD", thread.value()));
    }
    return log;
  }

  private void refuseIfTold() {
    RuntimeException error = refusal;
    refusal = null;
    if (error != null) {
      throw error;
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public synchronized <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    commands.add(command);
    if (defect != null) {
      throw defect;
    }
    try {
      refuseIfTold();
      OperationKey operation = command.operation();
      OperationKey before = operation == null ? null : operations.get(operation.id());
      if (operation != null && before != null) {
        if (!operation.sameRequest(before)) {
          throw new FailureException(new Failure.IdempotencyKeyReused(operation.clientKey()));
        }
        return Future.succeededFuture((A) answers.get(operation.id()));
      }
      Answer answer = obey(command);
      if (operation != null) {
        operations.put(operation.id(), operation.stored());
        answers.put(operation.id(), answer);
      }
      return answering.map(ignored -> (A) answer);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Answer obey(ThreadCommand<?> command) {
    ThreadId thread = command.thread();
    return switch (command) {
      case ThreadCommand.Create create -> {
        boolean there = logs.containsKey(thread);
        if (there && !create.returnExisting()) {
          throw new FailureException(new Failure.ThreadExists(thread));
        }
        if (!there) {
          append(
              thread,
              new ThreadEvent.ConfigChanged(
                  new Profile(merge(CONFIG, create.config()), create.metadata())));
        }
        yield new Answer.ThreadReady(head(thread), !there);
      }
      case ThreadCommand.Configure configure -> {
        Profile profile = known(thread).profile;
        ThreadConfig config =
            configure.config() == null
                ? profile.config()
                : merge(profile.config(), configure.config());
        append(
            thread, new ThreadEvent.ConfigChanged(new Profile(config, merged(profile, configure))));
        yield new Answer.ThreadReady(head(thread), false);
      }
      case ThreadCommand.EnableTool enable -> {
        Profile profile = known(thread).profile;
        List<String> tools = new ArrayList<>(profile.config().enabledTools());
        tools.remove(enable.tool());
        if (enable.enabled()) {
          tools.add(enable.tool());
        }
        append(
            thread,
            new ThreadEvent.ConfigChanged(
                new Profile(profile.config().withEnabledTools(tools), profile.metadata())));
        yield new Answer.ThreadReady(head(thread), false);
      }
      case ThreadCommand.Delete ignored -> {
        logs.remove(thread);
        yield new Answer.Deleted();
      }
      case ThreadCommand.UpdateState update -> new Answer.State(known(thread).update(update));
      case ThreadCommand.AddMessages add -> {
        List<Message> messages = new ArrayList<>();
        for (ThreadCommand.NewMessage message : add.messages()) {
          Message added =
              new Message(
                  "m_" + known(thread).facts.size(),
                  message.role(),
                  message.content(),
                  message.parts(),
                  NOW,
                  null,
                  message.metadata());
          append(thread, new ThreadEvent.MessageAdded(added));
          messages.add(added);
        }
        yield new Answer.MessagesAdded(messages);
      }
      case ThreadCommand.StartRun start -> start(start);
      case ThreadCommand.ResumeRun resume ->
          new Answer.Resumed(resume.run(), resume.suspensionId(), NOW, 0);
      case ThreadCommand.Wake _ -> new Answer.Woken(false);
      case ThreadCommand.CancelRun cancel -> {
        known(thread);
        append(thread, new ThreadEvent.RunCancelled(cancel.run(), SUMMARY));
        yield new Answer.RunSeen(cancel.run(), RunStatus.CANCELLED);
      }
    };
  }

  private static Map<String, String> merged(Profile profile, ThreadCommand.Configure configure) {
    Map<String, String> metadata = new HashMap<>(profile.metadata());
    if (configure.metadata() != null) {
      for (Map.Entry<String, JsonNode> entry : configure.metadata().properties()) {
        if (entry.getValue().isNull()) {
          metadata.remove(entry.getKey());
        } else {
          metadata.put(entry.getKey(), entry.getValue().textValue());
        }
      }
    }
    return metadata;
  }

  private Answer start(ThreadCommand.StartRun start) {
    ThreadId thread = start.thread();
    if (!logs.containsKey(thread) && start.createWith() != null) {
      append(
          thread,
          new ThreadEvent.ConfigChanged(
              new Profile(merge(CONFIG, start.createWith()), start.metadata())));
    }
    known(thread);
    RunId run = new RunId("r_" + ++runs);
    Fact queued = append(thread, new ThreadEvent.RunQueued(run, start.request()));
    onRun.accept(thread, run);
    return new Answer.RunAccepted(run, queued.seq());
  }

  private ThreadHead head(ThreadId thread) {
    return known(thread).head();
  }

  @Override
  public synchronized Future<StateDocument> state(ThreadId id) {
    try {
      refuseIfTold();
      return Future.succeededFuture(known(id).document);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public synchronized Future<ThreadHead> find(ThreadId id) {
    try {
      refuseIfTold();
      return Future.succeededFuture(head(id));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public synchronized Future<Page<ThreadHead>> list(ThreadQuery query) {
    List<ThreadHead> heads =
        logs.keySet().stream()
            .map(this::head)
            .filter(head ->
                head.profile().metadata().entrySet().containsAll(query.metadata().entrySet()))
            .filter(head -> query.status() == null || head.status() == query.status())
            .filter(head ->
                query.cursor() == null || head.threadId().value().compareTo(query.cursor()) > 0)
            .toList();
    boolean more = heads.size() > query.limit();
    List<ThreadHead> shown = more ? heads.subList(0, query.limit()) : heads;
    return Future.succeededFuture(
        new Page<>(shown, more ? shown.getLast().threadId().value() : null));
  }

  @Override
  public synchronized Future<List<Fact>> facts(ThreadId id, FactQuery query) {
    try {
      List<Fact> matching = known(id).facts.stream().filter(query::matches).toList();
      int surplus = Math.max(0, matching.size() - query.limit());
      return Future.succeededFuture(
          query.last()
              ? matching.subList(surplus, matching.size())
              : matching.subList(0, matching.size() - surplus));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public synchronized Future<Subscription> follow(
      ThreadId id, FollowRequest request, FeedReader reader) {
    try {
      refuseIfTold();
      FakeLog log = known(id);
      FakeFollower follower = new FakeFollower(request, reader, Vertx.currentContext());
      List<FeedPart.Item> replay = new ArrayList<>();
      log.facts.forEach(fact -> replay.add(new FeedPart.FactItem(fact)));
      follower.offer(new FeedPart(replay));
      log.followers.add(follower);
      return following.map(ignored ->
          () -> {
            synchronized (this) {
              log.followers.remove(follower);
              follower.leave();
            }
          });
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public synchronized Future<StartedRun> start(
      ThreadCommand.StartRun command, FollowRequest wish, FeedReader reader) {
    return ask(command)
        .map(accepted ->
            new StartedRun(
                accepted,
                follow(command.thread(), wish.from(accepted.run(), accepted.seq()), reader)));
  }

  private static ThreadConfig merge(ThreadConfig current, ObjectNode patch) {
    return ConfigJson.merge(
        current, CONFIG, patch, (provider, key) -> new SealedKey("sealed for " + provider));
  }
}
