package dev.artserver.thread;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Answer;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

/// One simulated process: the real `LocalThreads` and `ThreadsVerticle` on simulated event loops.
/// It can die at any moment.
final class SimInstance {
  private final SimServices.SimProcess process;
  private final SimLoops loops;
  private final ThreadsVerticle verticle;
  final LocalThreads threads;

  SimInstance(
      SimTime time,
      Random random,
      SimServices surroundings,
      ThreadStore store,
      ThreadsConfig config) {
    this(time, random, surroundings.process(store, config), parts -> Ownership.ALONE);
  }

  /// @param ownership made from the parts of the process
  SimInstance(
      SimTime time,
      Random random,
      SimServices.SimProcess process,
      Function<SimLoops, Ownership> ownership) {
    this.process = process;
    loops = new SimLoops(time, random, process);
    threads =
        new LocalThreads(
            process.services(), TestConfigs.FEED, ownership.apply(loops), loops, random);
    verticle = new ThreadsVerticle(threads, process.services());
  }

  /// Sends a command and ignores the answer.
  void send(ThreadCommand<?> command) {
    FireAndForget.harmless(threads.ask(command), "the test looks at the log");
  }

  /// Starts periodic work and recovery.
  Future<Integer> start() {
    FireAndForget.harmless(verticle.start(), "it succeeds");
    return verticle.recover();
  }

  /// As `start`, without waiting for the recovery.
  void begin() {
    FireAndForget.harmless(start(), "the test looks at the log");
  }

  Future<Void> stop(Duration grace) {
    return verticle.stopWithin(grace);
  }

  <A extends Answer> Future<A> ask(ThreadCommand<A> command) {
    return threads.ask(command);
  }

  /// The process crashes: nothing in its memory runs any more.
  void die() {
    process.die();
  }

  int slotsInUse() {
    return process.slotsInUse();
  }

  int modelCallsOpen() {
    return process.modelCallsOpen();
  }

  int owners() {
    return loops.owners();
  }
}
