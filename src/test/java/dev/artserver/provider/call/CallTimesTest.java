package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.BREAKER;
import static dev.artserver.provider.call.Callers.LATER;
import static dev.artserver.provider.call.Callers.NOW;
import static dev.artserver.provider.call.Callers.SOON;
import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static dev.artserver.provider.call.ScriptedClient.ANSWER;
import static dev.artserver.provider.call.ScriptedClient.HANG;
import static dev.artserver.provider.call.ScriptedClient.breaks;
import static dev.artserver.provider.call.ScriptedClient.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallTimes;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.call.ScriptedClient.Act;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.quota.BreakerConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallTimesTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> told = new CopyOnWriteArrayList<>();

  private final CallTimes times =
      new CallTimes() {
        @Override
        public void firstToken(long nanos) {
          told.add(nanos >= 0 ? "first token" : "first token too early");
        }

        @Override
        public void ended(End how, long nanos) {
          told.add(nanos >= 0 ? how.name() : how + " too early");
        }
      };

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void each_attempt_is_measured_by_itself() throws Exception {
    Callers callers = callers(n -> n == 0 ? fails(500) : ANSWER);

    callers.call("a").reply();

    assertThat(told).containsExactly("FAILED", "COMPLETED");
  }

  @Test
  void only_the_first_token_is_measured() throws Exception {
    Callers callers = callers(new Talker());

    callers.call("a").reply();

    assertThat(told).containsExactly("first token", "COMPLETED");
  }

  @Test
  void the_first_token_of_a_call_that_breaks_is_measured_too() throws Exception {
    Callers callers = callers(n -> breaks(400));

    callers.call("a").failure();

    assertThat(told).containsExactly("first token", "FAILED");
  }

  @Test
  void a_cancelled_call_ends_as_cancelled() throws Exception {
    ScriptedClient client = new ScriptedClient(vertx, n -> HANG);
    Callers callers = callers(client);
    var call = callers.begin("a", LATER, new RecordingListener());
    await().until(() -> client.inFlight.get() == 1);

    callers.cancel(call);

    assertThat(told).containsExactly("CANCELLED");
  }

  @Test
  void a_call_that_had_no_permit_took_no_time() throws Exception {
    ScriptedClient client = new ScriptedClient(vertx, n -> HANG);
    Callers callers = callers(client);
    RecordingListener holdsThePermit = callers.call("a", LATER);
    await().until(() -> client.inFlight.get() == 1);
    RecordingListener late = callers.call("a", NOW.plusMillis(50));

    assertThat(late.failure()).isInstanceOf(Failure.TimedOut.class);

    assertThat(holdsThePermit.ended()).isFalse();
    assertThat(told).isEmpty();
  }

  private Callers callers(IntFunction<Act> script) throws Exception {
    return callers(new ScriptedClient(vertx, script));
  }

  private Callers callers(ProviderClient client) throws Exception {
    ProviderConfig config = config("a", 1, SOON, breaker(BREAKER, BreakerConfig.OnOpen.FAIL));
    return Callers.of(vertx, new ConfiguredProvider(config, ApiKey.NONE, key -> client, times));
  }

  /// Thinks and says more than one thing.
  private final class Talker implements ProviderClient {
    @Override
    public ModelCall start(ModelRequest request, ModelListener listener) {
      vertx
          .getOrCreateContext()
          .runOnContext(soon -> {
            listener.onThinking("hm");
            listener.onText("h");
            listener.onText("i");
            listener.onDone(new ModelReply("hi", "hm", List.of(), Usage.NONE, "stop"));
          });
      return () -> {};
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }
}
