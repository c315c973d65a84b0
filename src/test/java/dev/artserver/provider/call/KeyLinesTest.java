package dev.artserver.provider.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Priority;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.Clients;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.key.PooledClient;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.RateConfig;
import dev.artserver.provider.quota.Refused;
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

/// Calls that wait for their keys, each of which may make one call at a time, while time stands
/// still.
class KeyLinesTest {
  private static final int WAITING_MAX = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ServedProvider provider = served();
  private final Map<String, PooledClient> clients = new HashMap<>();
  private final List<PermitClaim> all = new ArrayList<>();

  @Test
  void a_key_that_floods_the_queue_refuses_no_call_of_another_key() {
    List<PermitClaim> flood = ask("flooding", 100);
    assertThat(waiting()).isEqualTo(WAITING_MAX);

    List<PermitClaim> innocent = ask("innocent", 4);
    List<PermitClaim> ofServer = ask("", 4);

    assertThat(innocent).noneMatch(KeyLinesTest::full);
    assertThat(ofServer).noneMatch(KeyLinesTest::full);
    assertThat(waiting()).isEqualTo(WAITING_MAX);
    assertThat(flood.getFirst().held()).isTrue();
    assertThat(flood.subList(1, 5)).noneMatch(KeyLinesTest::full);
    assertThat(flood.subList(5, 100)).allMatch(KeyLinesTest::full);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void however_many_keys_flood_the_queue_is_bounded_and_each_key_has_its_share(long seed) {
    Random random = new Random(seed);
    int flooding = random.nextInt(1, 9);
    List<PermitClaim> flood = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      flood.addAll(ask("flooding-" + random.nextInt(flooding), 1));
      assertThat(waiting()).as("seed " + seed).isLessThanOrEqualTo(WAITING_MAX);
    }

    List<PermitClaim> innocent = ask("innocent", 1 + WAITING_MAX / (flooding + 1));

    assertThat(innocent).as("seed " + seed).noneMatch(KeyLinesTest::full);
    flood.forEach(PermitClaim::withdraw);
    assertThat(waiting()).as("seed " + seed).isEqualTo(innocent.size() - 1);
  }

  @Test
  void a_call_that_makes_room_for_another_key_is_told_once() {
    List<PermitClaim> told = new ArrayList<>();
    List<PermitClaim> flood = ask("flooding", 1 + WAITING_MAX, told::add);

    ask("innocent", 3);

    assertThat(told).containsExactly(flood.get(10), flood.get(9));
  }

  private long waiting() {
    return all.stream().filter(claim -> claim.place().result().isPresent()).count();
  }

  private static boolean full(PermitClaim claim) {
    Refused refused = claim.refused();
    return refused != null && refused.reason() == Refused.Reason.FULL;
  }

  private List<PermitClaim> ask(String key, int times) {
    return ask(key, times, settled -> {});
  }

  /// @param key empty: the server's
  private List<PermitClaim> ask(String key, int times, PermitWaiter waiter) {
    PooledClient client =
        clients.computeIfAbsent(
            key, each -> Objects.requireNonNull(provider.clients().take(new ApiKey(each))));
    List<PermitClaim> claims = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      claims.add(provider.askForKey(client, Requests.ask("?"), Priority.NORMAL, PATIENCE, waiter));
    }
    all.addAll(claims);
    return claims;
  }

  private static ServedProvider served() {
    ProviderConfig config =
        Variants.keyed(
            Variants.plain("a", "scripted", 5, WAITING_MAX, PATIENCE, PATIENCE),
            new KeysConfig(100, PATIENCE, 1, RateConfig.NONE));
    Clients none =
        key -> {
          throw new IllegalStateException("no call is made");
        };
    Quotas quotas =
        Quotas.of(
            List.of(new ConfiguredProvider(config, ApiKey.NONE, none)),
            PermitSources.LOCAL,
            new Random(1),
            () -> 0);
    return Objects.requireNonNull(quotas.providers().get("a"));
  }
}
