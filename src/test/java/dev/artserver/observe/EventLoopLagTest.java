package dev.artserver.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EventLoopLagTest {
  private static final long MS = 1_000_000;

  @Test
  void the_lag_is_how_much_later_than_due_the_loop_came(Vertx vertx) throws Exception {
    Iterator<Long> clock = List.of(0L, 5 * MS, 100 * MS, 107 * MS, 200 * MS).iterator();
    BlockingQueue<Long> lags = new LinkedBlockingQueue<>();
    EventLoopLag sampler =
        new EventLoopLag(
            () -> clock.hasNext() ? clock.next() : 1_000 * MS, lags::add, Duration.ofMillis(5));

    vertx.deployVerticle(sampler).await(20, TimeUnit.SECONDS);

    assertThat(lags.poll(20, TimeUnit.SECONDS)).isZero();
    assertThat(lags.poll(20, TimeUnit.SECONDS)).isEqualTo(2 * MS);
  }
}
