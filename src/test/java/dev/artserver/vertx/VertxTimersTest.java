package dev.artserver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.Timers;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.junit5.VertxExtension;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class VertxTimersTest {
  private Context context;
  private Timers timers;
  private final List<String> ran = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start(Vertx vertx) {
    context = vertx.getOrCreateContext();
    timers = new VertxTimers(vertx);
  }

  @Test
  void tasks_run_in_order_of_their_time_and_none_before_it_is_scheduled() {
    on(() -> {
      timers.schedule(Duration.ofMillis(30), () -> ran.add("later"));
      timers.schedule(Duration.ZERO, () -> ran.add("soon"));
      return ran.add("scheduled");
    });

    await().until(() -> ran.size() == 3);
    assertThat(ran).containsExactly("scheduled", "soon", "later");
  }

  @Test
  void a_cancelled_task_does_not_run() {
    on(() -> {
      Timers.Scheduled wanted = timers.schedule(Duration.ofMillis(1), () -> ran.add("wanted"));
      Timers.Scheduled unwanted = timers.schedule(Duration.ofMillis(1), () -> ran.add("unwanted"));
      unwanted.cancel();
      timers.schedule(Duration.ofMillis(2), wanted::cancel);
      return timers.schedule(Duration.ofMillis(20), () -> ran.add("last"));
    });

    await().until(() -> ran.contains("last"));
    assertThat(ran).containsExactly("wanted", "last");
  }

  @Test
  void a_task_can_cancel_another_of_the_same_moment() {
    List<Timers.Scheduled> both = new ArrayList<>();
    on(() -> {
      both.add(
          timers.schedule(
              Duration.ofMillis(5),
              () -> {
                ran.add("first");
                both.get(1).cancel();
              }));
      both.add(timers.schedule(Duration.ofMillis(5), () -> ran.add("second")));
      return timers.schedule(Duration.ofMillis(20), () -> ran.add("last"));
    });

    await().until(() -> ran.contains("last"));
    assertThat(ran).containsExactly("first", "last");
  }

  @Test
  void a_task_runs_on_the_context_it_was_scheduled_on_not_on_a_requests_own() {
    List<@Nullable Context> seen = new CopyOnWriteArrayList<>();
    ((ContextInternal) context)
        .duplicate()
        .runOnContext(
            now -> timers.schedule(Duration.ofMillis(1), () -> seen.add(Vertx.currentContext())));

    await().until(() -> !seen.isEmpty());
    assertThat(seen).containsExactly(context);
  }

  @Test
  void a_failed_task_is_reported_to_its_context_and_hurts_no_other() {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    context.exceptionHandler(failures::add);
    on(() -> {
      timers.schedule(
          Duration.ofMillis(1),
          () -> {
            throw new IllegalStateException("broken");
          });
      return timers.schedule(Duration.ofMillis(5), () -> ran.add("other"));
    });

    await().until(() -> ran.contains("other"));
    assertThat(failures).singleElement().extracting(Throwable::getMessage).isEqualTo("broken");
  }

  @Test
  void a_cancelled_task_is_not_kept_until_its_time() {
    WeakReference<Runnable> task =
        on(() -> {
          List<String> large = new ArrayList<>(List.of("what it would do"));
          Runnable work = () -> ran.addAll(large);
          timers.schedule(Duration.ofHours(1), work).cancel();
          return new WeakReference<>(work);
        });

    await()
        .until(() -> {
          System.gc();
          return task.get() == null;
        });
  }

  private <T> T on(Callable<T> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> {
      try {
        done.complete(work.call());
      } catch (Throwable e) {
        // An AssertionError too: otherwise the test would wait for ever.
        done.fail(e);
      }
    });
    return done.future().await();
  }
}
