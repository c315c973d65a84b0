package dev.artserver.provider.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
import dev.artserver.model.Priority;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.Clients;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.key.PooledClient;
import dev.artserver.provider.quota.Quota;
import dev.artserver.provider.quota.RateConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Those who wait for their keys, each of which may make one call at a time, while time stands
/// still.
class KeyLinesTest {
  private static final int WAITING_MAX = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ServedProvider provider = served();
  private final Quota quota = provider.accounts().quota();
  private final Map<String, PooledClient> accounts = new HashMap<>();

  @Test
  void a_key_that_floods_the_line_refuses_no_call_of_another_key() {
    List<PermitRequest> flood = ask("flooding", 100);
    assertThat(waiting()).isEqualTo(WAITING_MAX);

    List<PermitRequest> innocent = ask("innocent", 4);
    List<PermitRequest> ofServer = ask("", 4);

    assertThat(innocent).noneMatch(KeyLinesTest::full);
    assertThat(ofServer).noneMatch(KeyLinesTest::full);
    assertThat(waiting()).isEqualTo(WAITING_MAX);
    assertThat(flood.getFirst().held()).isTrue();
    assertThat(flood.subList(1, 5)).noneMatch(KeyLinesTest::full);
    assertThat(flood.subList(5, 100)).allMatch(KeyLinesTest::full);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void however_many_keys_flood_the_line_is_bounded_and_each_key_has_its_share(long seed) {
    Random random = new Random(seed);
    int flooding = random.nextInt(1, 9);
    List<PermitRequest> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.addAll(ask("flooding-" + random.nextInt(flooding), 1));
      assertThat(waiting()).as("seed " + seed).isLessThanOrEqualTo(WAITING_MAX);
    }

    List<PermitRequest> innocent = ask("innocent", 1 + WAITING_MAX / (flooding + 1));

    assertThat(innocent).as("seed " + seed).noneMatch(KeyLinesTest::full);
    all.forEach(quota::withdraw);
    assertThat(waiting()).as("seed " + seed).isEqualTo(innocent.size() - 1);
  }

  @Test
  void who_makes_room_for_another_key_is_told_once() {
    List<PermitRequest> told = new ArrayList<>();
    List<PermitRequest> flood = ask("flooding", 1 + WAITING_MAX, told::add);

    ask("innocent", 3);

    assertThat(told).containsExactly(flood.get(10), flood.get(9));
  }

  private int waiting() {
    return quota.read(() -> quota.permits().waiting());
  }

  private static boolean full(PermitRequest wish) {
    return wish.refusal() == Permits.Refusal.FULL;
  }

  private List<PermitRequest> ask(String key, int times) {
    return ask(key, times, settled -> {});
  }

  /// @param key empty: the server's
  private List<PermitRequest> ask(String key, int times, PermitRequest.Waiter waiter) {
    PooledClient account =
        accounts.computeIfAbsent(
            key, each -> Objects.requireNonNull(provider.accounts().take(new ApiKey(each))));
    List<PermitRequest> wishes = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      wishes.add(provider.askForKey(account, Requests.ask("?"), Priority.NORMAL, PATIENCE, waiter));
    }
    return wishes;
  }

  private static ServedProvider served() {
    ProviderConfig config =
        new ProviderConfig(
            "a",
            "scripted",
            5,
            WAITING_MAX,
            PATIENCE,
            PATIENCE,
            RateConfig.NONE,
            RetryConfig.NONE,
            null,
            List.of(),
            List.of(),
            Locality.REMOTE,
            new KeysConfig(100, PATIENCE, 1, RateConfig.NONE));
    Clients none =
        key -> {
          throw new IllegalStateException("nobody calls");
        };
    Quotas quotas = Quotas.of(List.of(new ConfiguredProvider(config, ApiKey.NONE, none)), () -> 0);
    return Objects.requireNonNull(quotas.providers().get("a"));
  }
}
