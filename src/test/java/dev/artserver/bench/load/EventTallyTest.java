package dev.artserver.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTallyTest {
  private static final String SERVER =
      """
      HTTP/1.1 200 OK
      Transfer-Encoding: chunked

      """;
  private static final String EVENTS =
      """
      retry: 2000

      id: 1
      event: run.queued
      data: {"query":"a~"}

      event: token
      data: {"text":" a~ b~"}

      event: message
      data: {"content":"a~ b~ c~"}

      event: token
      data: {"text":" c~"}

      event: run.completed
      data: {}

      """;
  private static final String PROVIDER =
      """
      data: {"role":"assistant"}

      data: {"content":"a~"}

      data: {"content":"b~"}

      data: [DONE]

      """;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100_000})
  void it_says_why_a_run_failed(int size) {
    EventTally tally = new EventTally();

    read(tally, "event: run.failed\ndata: {\"code\":\"LLM_TIMEOUT\"}\n\n", size);

    assertThat(tally.completed()).isFalse();
    assertThat(tally.toString()).endsWith("failed: data: {\"code\":\"LLM_TIMEOUT\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100_000})
  void it_counts_the_same_wherever_the_answer_is_cut(int size) {
    AtomicInteger completions = new AtomicInteger();
    EventTally tally = new EventTally(completions::incrementAndGet);

    AtomicInteger ends = read(tally, EVENTS, size);

    assertThat(tally.tokens()).isEqualTo(3);
    assertThat(tally.answerTokens()).isEqualTo(3);
    assertThat(tally.completed()).isTrue();
    assertThat(tally.firstTokenAt()).isNotZero();
    assertThat(completions).hasValue(1);
    assertThat(ends).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100_000})
  void it_understands_a_provider_too(int size) {
    EventTally tally = new EventTally();

    read(tally, PROVIDER, size);

    assertThat(tally.tokens()).isEqualTo(2);
    assertThat(tally.completed()).isTrue();
  }

  /// As one answer of two chunks, read in pieces; gives how often an answer ended.
  private static AtomicInteger read(EventTally tally, String events, int size) {
    AtomicInteger ends = new AtomicInteger();
    HttpAnswer answer = new HttpAnswer(new Reader(tally, ends));
    String first = events.substring(0, 20);
    String rest = events.substring(20);
    String head = SERVER.replace("\n", "\r\n");
    byte[] all = (head + chunk(first) + chunk(rest) + chunk("")).getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < all.length; from += size) {
      int to = Math.min(all.length, from + size);
      byte[] piece = new byte[to - from];
      System.arraycopy(all, from, piece, 0, piece.length);
      answer.read(piece);
    }
    return ends;
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private record Reader(EventTally tally, AtomicInteger ends) implements HttpAnswer.Reader {
    @Override
    public void onStatus(int status) {
      assertThat(status).isEqualTo(200);
    }

    @Override
    public void onBody(byte[] bytes, int from, int to) {
      tally.onBody(bytes, from, to);
    }

    @Override
    public void onEnd() {
      ends.incrementAndGet();
    }
  }
}
