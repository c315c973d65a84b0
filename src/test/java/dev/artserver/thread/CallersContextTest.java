package dev.artserver.thread;

import static dev.artserver.thread.LiveThreads.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A caller gets its answers on its own event loop.
class CallersContextTest {
  private static final int CALLERS = 3;

  /// Owners are placed on different event loops.
  private static final int THREADS = 30;

  private final LiveThreads live = new LiveThreads(TestConfigs.THREADS, InstantSource.system());

  @AfterEach
  void stop() {
    live.close();
  }

  /// Found by a server whose connections refuse writes from another event loop: a caller that came
  /// during an activation went on on the owner's event loop.
  @Test
  void also_when_another_caller_activates_the_thread_just_now() {
    List<Context> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(eventLoop());
    }
    List<Future<String>> heard = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      ThreadId id = new ThreadId("t" + i);
      callers.forEach(caller -> heard.add(whereItHears(caller, id)));
    }

    for (Future<String> each : heard) {
      assertThat(await(each)).isEqualTo("its own");
    }
  }

  private Context eventLoop() {
    Promise<Context> known = Promise.promise();
    await(
        live.vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                known.complete(context);
                return known.future();
              }
            }));
    return await(known.future());
  }

  private Future<String> whereItHears(Context caller, ThreadId id) {
    Promise<String> where = Promise.promise();
    caller.runOnContext(begin -> {
      Thread own = Thread.currentThread();
      live.put(id, "value")
          .onComplete(any ->
              where.complete(
                  Thread.currentThread() == own ? "its own" : Thread.currentThread().getName()));
    });
    return where.future();
  }
}
