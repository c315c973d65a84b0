package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.Accept;
import dev.artserver.http.exchange.Preference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private static final ApiUnderTest server = new ApiUnderTest();
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/event-stream | true",
        "text/event-stream, */* | true",
        "text/event-stream;q=0.5, application/json;q=0.4 | true",
        "text/* | true",
        "*/* | false",
        "application/json | false",
        "application/json, text/event-stream | false",
        "text/event-stream;q=0 | false",
        "text/event-stream;q=nonsense | false",
      })
  void a_client_that_prefers_a_stream_gets_one(String header, boolean preferred) {
    boolean prefers =
        new Accept(header).prefers(ContractOperation.EVENT_STREAM, ContractOperation.JSON);

    assertThat(prefers).isEqualTo(preferred);
  }

  @Test
  void no_accept_header_takes_anything() {
    assertThat(new Accept(null).takesOneOf(List.of("application/json"))).isTrue();
    assertThat(new Accept("text/html").takesOneOf(List.of("application/json"))).isFalse();
    assertThat(new Accept("APPLICATION/*").takesOneOf(List.of("application/json"))).isTrue();
  }

  @Test
  void a_preference_says_how_long_to_wait() {
    assertThat(Preference.of(null).waitMax()).isNull();
    assertThat(Preference.of("return=minimal").waitMax()).isNull();
    assertThat(Preference.of("wait=5").waitMax()).isNull();
    assertThat(Preference.of("Respond-Async").waitMax()).isZero();
    assertThat(Preference.of("wait=5; respond-async").waitMax()).isEqualTo(Duration.ofSeconds(5));
    assertThat(Preference.of("respond-async, wait=999999999").waitMax())
        .isEqualTo(Duration.ofDays(1));
    assertThat(Preference.of("respond-async, wait=-1").waitMax()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-b7ad6b7169203331-01",
        "cc-" + TRACE + "-b7ad6b7169203331-01-what-the-future-will-be-like",
      })
  void a_valid_trace_is_kept(String header) {
    var reply = server.get("/v1/version", Map.of("traceparent", header));

    assertThat(reply.headers().get("X-Trace-Id")).isEqualTo(TRACE);
    assertThat(reply.headers().get("traceparent")).isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "ff-" + TRACE + "-b7ad6b7169203331-01",
        "00-" + TRACE + "-b7ad6b7169203331-01-more",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
      })
  void an_invalid_trace_is_as_none(String header) {
    var reply = server.get("/v1/version", Map.of("traceparent", header));

    assertThat(reply.headers().get("X-Trace-Id")).isNotEqualTo(TRACE);
    assertThat(reply.headers().contains("traceparent")).isFalse();
  }

  @Test
  void limits_that_make_no_sense_are_refused_by_key_and_value() {
    assertThatThrownBy(() -> ApiUnderTest.config(5, 1, 1, 1))
        .hasMessage("http.bodyMax must be at least 1024, got 5");
    assertThatThrownBy(() -> TestConfigs.HTTP.at("", 1)).hasMessage("http.host must not be blank");
    assertThatThrownBy(() -> TestConfigs.HTTP.at("x", 70_000))
        .hasMessage("http.port must be 0 to 65535, got 70000");
  }
}
