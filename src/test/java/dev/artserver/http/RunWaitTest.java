package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.stream.RunWait;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RunWaitTest {
  private static final ThreadId T1 = new ThreadId("t-1");

  private final FakeThreads threads = new FakeThreads();
  private Context loop;
  private Heartbeats heartbeats;

  @BeforeEach
  void start(Vertx vertx) {
    loop = vertx.getOrCreateContext();
    heartbeats = new Heartbeats(vertx, Duration.ofHours(1));
    threads.create("t-1");
  }

  private RunWait begin() {
    RunWait wait = new RunWait(threads, heartbeats, T1);
    onLoop(wait, begun -> begun.waitFor(new RunId("r_1"), 2));
    return wait;
  }

  private void onLoop(RunWait wait, Consumer<RunWait> act) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(ignored -> {
      act.accept(wait);
      done.complete();
    });
    ApiUnderTest.await(done.future());
  }

  @Test
  void a_wait_that_is_cancelled_before_its_subscription_arrives_leaves_no_follower() {
    Promise<Void> late = Promise.promise();
    threads.followAfter(late.future());
    RunWait wait = begin();
    onLoop(wait, RunWait::cancel);

    late.complete();

    assertThat(threads.followers(T1)).isZero();
  }
}
