package dev.artserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories, readers of random speed, and a store that answers late, all from one seed.
class FeedInterleavingTest {
  private static final int WORLDS = 60;
  private static final int STEPS = 300;

  /// Characters of one to four bytes in UTF-8, and of one or two in Java.
  private static final List<String> WORDS = List.of(" ", "é ", "漢字。", "🐎", "👩‍👩‍👧 ");

  private static final List<RunId> RUNS = List.of(new RunId("r1"), new RunId("r2"));

  @ParameterizedTest
  @ValueSource(longs = {1, 20_260_101, -7})
  void every_reader_gets_all_facts_in_order_and_text_without_gaps(long firstSeed) {
    for (int i = 0; i < WORLDS; i++) {
      long seed = firstSeed * 1_000 + i;
      try {
        new World(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /// The true text of a call, to compare with what readers get.
  private static final class Call {
    final RunId run;
    final String id;
    final long startedAt;
    final StringBuilder thinking = new StringBuilder();
    final StringBuilder response = new StringBuilder();
    boolean open = true;

    Call(RunId run, String id, long startedAt) {
      this.run = run;
      this.id = id;
      this.startedAt = startedAt;
    }

    StringBuilder text(boolean ofThinking) {
      return ofThinking ? thinking : response;
    }
  }

  private static final class World {
    final Random random;
    final Tasks owner = new Tasks();
    final ThreadScript script = new ThreadScript();
    final List<Runnable> reads = new ArrayList<>();
    final Map<String, Call> calls = new LinkedHashMap<>();
    final List<CheckingReader> readers = new ArrayList<>();
    final Feed feed;

    final ManualFlushClock beat = new ManualFlushClock();

    /// Whether the ring is never overrun, so that a fast reader misses no text.
    final boolean roomy;

    int names;

    /// What a reader found wrong. Kept here, since the feed may survive a reader that throws.
    @Nullable AssertionError wrong;

    World(long seed) {
      random = new Random(seed);
      roomy = random.nextBoolean();
      FeedConfig config =
          new FeedConfig(
              roomy ? 2 * STEPS : 1 + random.nextInt(12),
              roomy || random.nextBoolean() ? 1 << 20 : 1_024,
              8,
              Duration.ofSeconds(1),
              1 + random.nextInt(5),
              Duration.ofMillis(16));
      feed = new Feed(new ThreadId("t"), 0, config, this::read, owner, beat);
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        act();
        rethrow();
      }
      comeToRest();
      rethrow();
      for (CheckingReader reader : readers) {
        reader.hasAll();
      }
    }

    private void rethrow() {
      if (wrong != null) {
        throw wrong;
      }
    }

    private void act() {
      switch (random.nextInt(12)) {
        case 0 -> publish(ThreadScript.changed("s" + names++));
        case 1 -> publish(ThreadScript.queued(anyRun()), ThreadScript.changed("s" + names++));
        case 2 -> startCall();
        case 3, 4, 5 -> say();
        case 6 -> endCall();
        case 7 -> join();
        case 8 -> someReader(CheckingReader::leaveOrTake);
        case 9 -> someReader(CheckingReader::take);
        case 10 -> answerRead();
        default -> runSome();
      }
    }

    private Future<List<Fact>> read(long after, int limit) {
      Promise<List<Fact>> answer = Promise.promise();
      reads.add(() -> answer.complete(script.read(after, limit)));
      return answer.future();
    }

    private void publish(ThreadEvent... events) {
      List<Fact> facts = script.write(events);
      // Durable, and perhaps read by a replay, before it is published.
      if (random.nextInt(4) == 0) {
        answerRead();
        runSome();
      }
      feed.publish(facts);
    }

    private void startCall() {
      RunId run = anyRun();
      String id = "c" + names++;
      publish(ThreadScript.callStarted(run, id));
      calls.put(id, new Call(run, id, script.seq()));
      feed.callStarted(run, id, Phase.EXECUTION, null);
    }

    private void say() {
      for (Call call : calls.values()) {
        if (call.open && random.nextBoolean()) {
          boolean thinking = random.nextBoolean();
          String text = "w" + names++ + WORDS.get(random.nextInt(WORDS.size()));
          call.text(thinking).append(text);
          feed.tokens(call.id, thinking, text);
        }
      }
    }

    private void endCall() {
      calls.values().stream()
          .filter(call -> call.open)
          .findFirst()
          .ifPresent(call -> {
            call.open = false;
            ThreadEvent ended = ThreadScript.callEnded(call.run, call.id, call.response.toString());
            switch (random.nextInt(3)) {
              case 0 -> publish(ended);
              case 1 ->
                  publish(
                      ThreadScript.thoughts(call.run, call.id, call.thinking.toString()), ended);
              default -> feed.callEnded(call.id);
            }
          });
    }

    private void join() {
      if (feed.readers() < 8) {
        readers.add(new CheckingReader(this));
      }
    }

    private void someReader(java.util.function.Consumer<CheckingReader> act) {
      if (!readers.isEmpty()) {
        act.accept(readers.get(random.nextInt(readers.size())));
      }
    }

    private void answerRead() {
      if (!reads.isEmpty()) {
        reads.remove(random.nextInt(reads.size())).run();
      }
    }

    private void runSome() {
      for (int i = random.nextInt(4); i > 0 && !owner.isEmpty(); i--) {
        owner.runOne();
      }
      if (random.nextInt(3) == 0) {
        beat.next();
      }
      readers.forEach(reader -> reader.context.runAll());
    }

    private Call call(String id) {
      return Objects.requireNonNull(calls.get(id));
    }

    private RunId anyRun() {
      return RUNS.get(random.nextInt(RUNS.size()));
    }

    private void comeToRest() {
      boolean busy = true;
      while (busy) {
        busy = !owner.isEmpty() || !reads.isEmpty() || beat.awaited();
        beat.next();
        owner.runAll();
        while (!reads.isEmpty()) {
          answerRead();
        }
        for (CheckingReader reader : readers) {
          busy |= !reader.context.isEmpty() || reader.held != null;
          reader.context.runAll();
          reader.take();
        }
      }
    }
  }

  /// Compares each part with the truth when it comes.
  private static final class CheckingReader implements FeedReader {
    final World world;
    final Tasks context = new Tasks();
    final FollowRequest request;
    final boolean fast;
    final boolean live;
    final long joined;
    final Subscription place;
    final List<Fact> facts = new ArrayList<>();
    final Map<String, Integer> given = new LinkedHashMap<>();
    final List<String> endedCalls = new ArrayList<>();
    @Nullable Promise<Void> held;
    boolean left;

    CheckingReader(World world) {
      this.world = world;
      Random random = world.random;
      joined = world.script.seq();
      live = random.nextBoolean();
      long after = live ? joined : random.nextLong(joined + 1);
      RunId run = random.nextInt(3) == 0 ? world.anyRun() : null;
      Set<Class<? extends ThreadEvent>> types =
          random.nextInt(4) == 0 ? Set.of(ThreadEvent.StateChanged.class) : Set.of();
      request = new FollowRequest(after, random.nextInt(4) != 0, types, run);
      fast = random.nextBoolean();
      boolean here = fast || random.nextBoolean();
      place = world.feed.subscribe(request, this, here ? Feed.SAME_LOOP : context);
    }

    @Override
    public Future<Void> onPart(FeedPart part) {
      try {
        check(part);
      } catch (AssertionError e) {
        world.wrong = world.wrong == null ? e : world.wrong;
        throw e;
      }
      if (fast) {
        return Future.succeededFuture();
      }
      held = Promise.promise();
      return held.future();
    }

    private void check(FeedPart part) {
      assertThat(held).as("one part at a time").isNull();
      assertThat(left).as("nothing after cancel").isFalse();
      assertThat(part.items()).isNotEmpty();
      part.items().forEach(this::check);
    }

    private void check(FeedPart.Item item) {
      switch (item) {
        case FeedPart.FactItem(Fact fact) -> {
          facts.add(fact);
          if (fact.event() instanceof ThreadEvent.ModelCallEnded ended) {
            endedCalls.add(ended.callId());
            if (fast && live && world.roomy && request.tokens()) {
              heardAllOf(world.call(ended.callId()));
            }
          }
        }
        case FeedPart.TokenItem token -> check(token);
      }
    }

    private void check(FeedPart.TokenItem token) {
      Call call = world.call(token.callId());
      String key = token.callId() + token.thinking();
      int from = given.getOrDefault(key, 0);
      int to = from + token.text().length();
      String truth = call.text(token.thinking()).toString();
      assertThat(request.tokens()).isTrue();
      assertThat(request.run()).isIn(null, token.run());
      assertThat(token.offset()).as("no gap and no repeat of %s", key).isEqualTo(from);
      assertThat(token.text()).isNotEmpty().isEqualTo(truth.substring(from, to));
      assertThat(endedCalls).as("text before the end").doesNotContain(token.callId());
      assertThat(facts.size())
          .as("start before text")
          .isGreaterThanOrEqualTo(expectedFacts(call.startedAt).size());
      given.put(key, to);
    }

    private void heardAllOf(Call call) {
      if (call.startedAt > joined) {
        for (boolean thinking : new boolean[] {true, false}) {
          assertThat(given.getOrDefault(call.id + thinking, 0))
              .as("text of %s", call.id)
              .isEqualTo(call.text(thinking).length());
        }
      }
    }

    void hasAll() {
      if (left) {
        assertThat(facts).isEqualTo(expectedFacts(Long.MAX_VALUE).subList(0, facts.size()));
        return;
      }
      assertThat(facts).isEqualTo(expectedFacts(Long.MAX_VALUE));
      for (Call call : world.calls.values()) {
        boolean wanted =
            request.tokens() && (request.run() == null || request.run().equals(call.run));
        if (wanted && call.open) {
          assertThat(given.getOrDefault(call.id + false, 0)).isEqualTo(call.response.length());
          assertThat(given.getOrDefault(call.id + true, 0)).isEqualTo(call.thinking.length());
        }
      }
    }

    private List<Fact> expectedFacts(long upTo) {
      return world.script.log.stream()
          .filter(fact -> fact.seq() > request.after() && fact.seq() <= upTo)
          .filter(fact ->
              request.types().isEmpty() || request.types().contains(fact.event().getClass()))
          .filter(fact -> request.run() == null || request.run().equals(fact.event().run()))
          .toList();
    }

    void take() {
      if (held != null) {
        Promise<Void> taken = held;
        held = null;
        taken.complete();
      }
    }

    void leaveOrTake() {
      if (world.random.nextInt(3) == 0 && !left) {
        left = true;
        place.cancel();
      } else {
        take();
      }
    }

    @Override
    public void onEnded(FeedEnd end) {
      world.wrong = new AssertionError("ended " + end);
    }
  }
}
