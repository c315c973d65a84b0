package dev.artserver.provider.key;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeySafeTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final ApiKey KEY = new ApiKey("sk-of-somebody");
  private final KeySafe safe = safe(1);

  private static KeySafe safe(int... secrets) {
    return new KeySafe(
        Arrays.stream(secrets).mapToObj(KeySafeTest::secret).toList(), new SecureRandom());
  }

  private static byte[] secret(int number) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) number);
    return secret;
  }

  private static String opened(KeySafe safe, ThreadId thread, String provider, SealedKey sealed) {
    ApiKey key = safe.open(thread, provider, sealed);
    return key == null ? "nothing" : key.reveal();
  }

  @Test
  void what_was_sealed_opens_for_its_thread_and_provider_and_for_no_other() {
    SealedKey sealed = safe.seal(T1, "openai", KEY);

    assertThat(opened(safe, T1, "openai", sealed)).isEqualTo("sk-of-somebody");
    assertThat(safe.open(new ThreadId("t-2"), "openai", sealed)).isNull();
    assertThat(safe.open(T1, "other", sealed)).isNull();
    assertThat(safe(2).open(T1, "openai", sealed)).isNull();
  }

  @Test
  void each_sealing_has_a_nonce_of_its_own_and_shows_nothing() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      SealedKey sealed = safe.seal(T1, "openai", KEY);
      seen.add(sealed.text().substring(0, 26));
      assertThat(sealed.toString()).isEqualTo("***");
      assertThat(sealed.text()).doesNotContain("sk-of");
    }
    assertThat(seen).hasSize(1_000);
    assertThat(KEY.toString()).isEqualTo("***");
  }

  @Test
  void what_was_altered_does_not_open() {
    String text = safe.seal(T1, "openai", KEY).text();

    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'Q' : 'A';
      String altered = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(safe.open(T1, "openai", new SealedKey(altered))).as(altered).isNull();
    }
    assertThat(safe.open(T1, "openai", new SealedKey(""))).isNull();
    assertThat(safe.open(T1, "openai", new SealedKey("sealed:v1:!!!"))).isNull();
    assertThat(safe.open(T1, "openai", SealedKey.HIDDEN)).isNull();
  }

  @Test
  void a_new_secret_seals_and_the_ones_before_still_open() {
    SealedKey old = safe(1).seal(T1, "openai", KEY);
    KeySafe after = safe(3, 2, 1);

    SealedKey fresh = after.seal(T1, "openai", KEY);

    assertThat(opened(after, T1, "openai", old)).isEqualTo("sk-of-somebody");
    assertThat(opened(safe(3), T1, "openai", fresh)).isEqualTo("sk-of-somebody");
    assertThat(safe(1).open(T1, "openai", fresh)).isNull();
  }

  @Test
  void a_key_sealed_without_a_provider_opens_for_none_until_it_is_bound_to_one() {
    KeySafe safe = safe(1);
    SealedKey unbound = safe.seal(T1, KEY);

    SealedKey bound = safe.bind(T1, "openai", unbound);

    assertThat(safe.open(T1, "openai", unbound)).isNull();
    assertThat(opened(safe, T1, "openai", requireNonNull(bound))).isEqualTo("sk-of-somebody");
    assertThat(safe.bind(new ThreadId("t2"), "openai", unbound)).isNull();
    assertThat(safe.bind(T1, "openai", bound)).isNull();
    assertThat(safe(2).bind(T1, "openai", unbound)).isNull();
  }

  @Test
  void without_a_secret_nothing_is_sealed_and_a_wrong_one_is_refused() {
    assertThat(KeySafe.NONE.canSeal()).isFalse();
    assertThat(safe.canSeal()).isTrue();
    assertThatThrownBy(() -> new KeySafe(List.of(new byte[16]), new SecureRandom()))
        .hasMessage("a secret must have 32 bytes, got 16");
  }
}
