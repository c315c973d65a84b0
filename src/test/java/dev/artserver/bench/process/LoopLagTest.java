package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopLagTest {
  @Test
  void a_stall_of_before_does_not_count() {
    ServerMetrics before = metrics(100, 101, 101, "0.040");
    // Forty more were hardly late; the server still remembers what was before.
    ServerMetrics now = metrics(140, 141, 141, "0.040");

    assertThat(LoopLag.begin(before).maxSeconds(now)).hasValue(0.001);
  }

  @Test
  void a_stall_since_then_is_as_long_as_the_server_remembers() {
    ServerMetrics before = metrics(100, 100, 100, "0.0008");
    ServerMetrics now = metrics(140, 141, 141, "0.0371");

    assertThat(LoopLag.begin(before).maxSeconds(now)).hasValue(0.0371);
  }

  @Test
  void a_stall_the_server_has_forgotten_is_not_missed() {
    ServerMetrics before = metrics(100, 100, 100, "0.0008");
    ServerMetrics now = metrics(500, 501, 501, "0.0004");

    assertThat(LoopLag.begin(before).maxSeconds(now)).hasValue(0.05);
  }

  @Test
  void beyond_the_last_bucket_the_server_tells() {
    ServerMetrics before = metrics(100, 100, 100, "0.0008");

    assertThat(LoopLag.begin(before).maxSeconds(metrics(140, 140, 141, "2.5"))).hasValue(2.5);
    assertThat(LoopLag.begin(before).maxSeconds(metrics(140, 140, 141, "0.0004"))).hasValue(0.05);
  }

  @Test
  void without_a_look_in_between_there_is_none() {
    ServerMetrics same = metrics(100, 101, 101, "0.040");

    assertThat(LoopLag.begin(same).maxSeconds(same)).isEmpty();
    assertThat(LoopLag.begin(new ServerMetrics("")).maxSeconds(new ServerMetrics(""))).isEmpty();
  }

  private static ServerMetrics metrics(int toOneMs, int toFiftyMs, int all, String max) {
    return new ServerMetrics(
        """
        HTTP/1.1 200 OK

        # TYPE art_eventloop_lag_seconds histogram
        art_eventloop_lag_seconds_bucket{le="0.001"} %d
        art_eventloop_lag_seconds_bucket{le="0.05"} %d
        art_eventloop_lag_seconds_bucket{le="+Inf"} %d
        art_eventloop_lag_seconds_count %d
        art_eventloop_lag_seconds_max %s
        """
            .formatted(toOneMs, toFiftyMs, all, all, max));
  }
}
