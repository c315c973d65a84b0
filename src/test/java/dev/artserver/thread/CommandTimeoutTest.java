package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.ContextFuture;
import dev.artserver.model.Answer;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.memory.MemoryThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store that never answers lets no caller wait for ever.
class CommandTimeoutTest {
  private static final Duration COMMAND_MAX = Duration.ofMillis(200);
  private static final ThreadId THREAD = new ThreadId("t");

  private final Promise<Void> released = Promise.promise();
  private volatile String stuck = "";

  private final LiveThreads live =
      new LiveThreads(
          TestConfigs.THREADS,
          InstantSource.system(),
          vertx -> mayBeStuck(),
          COMMAND_MAX,
          Ownership.ALONE);

  @AfterEach
  void stop() {
    live.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"activate", "append"})
  void a_command_is_given_up_when_its_time_is_over(String what) {
    stuck = what;

    assertThat(failure(live.threads.ask(LiveThreads.creation(THREAD))))
        .isEqualTo(new Failure.TimedOut("COMMAND_TIMEOUT", "the command", COMMAND_MAX));
  }

  @Test
  void what_waited_behind_it_is_carried_out_when_the_store_answers_again() {
    live.create(THREAD);
    stuck = "append";
    Future<Answer.State> first = live.put(THREAD, "first");
    assertThat(failure(first)).isInstanceOf(Failure.TimedOut.class);
    stuck = "";

    released.complete();

    assertThat(await(live.put(THREAD, "second")).document().data().path("value").asText())
        .isEqualTo("second");
  }

  private static Failure failure(Future<?> answer) {
    Throwable cause =
        await(answer.transform(outcome -> Future.<Throwable>succeededFuture(outcome.cause())));
    assertThat(cause).isInstanceOf(FailureException.class);
    return ((FailureException) cause).failure();
  }

  private ThreadStore mayBeStuck() {
    ThreadStore store = new MemoryThreadStore();
    return (ThreadStore)
        Proxy.newProxyInstance(
            ThreadStore.class.getClassLoader(),
            new Class<?>[] {ThreadStore.class},
            (proxy, method, arguments) -> {
              Future<?> answer = (Future<?>) method.invoke(store, arguments);
              return method.getName().equals(stuck)
                  ? ContextFuture.on(Vertx.currentContext(), released.future())
                      .compose(now -> answer)
                  : answer;
            });
  }
}
