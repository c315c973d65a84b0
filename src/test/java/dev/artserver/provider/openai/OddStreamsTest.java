package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Reading;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What services send that call themselves compatible with OpenAI, byte for byte.
class OddStreamsTest {
  private static final String DONE = "data: [DONE]\n\n";
  private static final String STOP = chunk("{}", "\"stop\"");
  private static final String CALLS = chunk("{}", "\"tool_calls\"");

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "\"null\"", "null", "7", "[1]"})
  void an_empty_reason_is_none(String none) {
    String begun =
        chunk("{\"content\":\"The answer is \"}", none) + chunk("{\"content\":\"39\"}", none);

    assertThat(read(begun).complete()).isFalse();
    assertThat(read(begun + STOP).complete()).isTrue();
    assertThat(read(begun + STOP).reply().stopReason()).isEqualTo("stop");
  }

  @ParameterizedTest
  @CsvSource({
    "eos,stop",
    "stop_sequence,stop",
    "end_turn,stop",
    "MAX_TOKENS,length",
    "model_length,length",
    "sensitive,content_filter",
    "function_call,tool_calls",
    "something_new,something_new"
  })
  void reasons_of_other_words_mean_the_same(String word, String meaning) {
    Reading.Result result = read(chunk("{\"content\":\"x\"}", "\"" + word + "\""));

    assertThat(result.reply().stopReason()).isEqualTo(meaning);
    assertThat(result.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "network_error", "abort", "insufficient_system_resource"})
  void a_reason_may_say_that_the_service_failed(String word) {
    Reading.Result result = read(chunk("{\"content\":\"x\"}", "\"" + word + "\"") + DONE);

    assertThat(result.complete()).isFalse();
    assertThat(result.fault()).isNotNull();
  }

  @Test
  void content_may_be_a_list_of_typed_parts() {
    ModelReply reply =
        reply(
            chunk(
                    "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                        + "\"text\":\"17% is 0.17\"}]}]}",
                    "null")
                + chunk(
                    "{\"content\":[{\"type\":\"text\",\"text\":\"397\"},{\"type\":\"x\"}]}", "null")
                + chunk("{\"content\":[\".\",{\"type\":\"output_text\",\"text\":\"8\"}]}", "null")
                + STOP
                + DONE);

    assertThat(reply.text()).isEqualTo("397.8");
    assertThat(reply.thinking()).isEqualTo("17% is 0.17");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reasoning_content\":\"Hm\"}",
        "{\"reasoning\":\"Hm\"}",
        "{\"reasoning_text\":\"Hm\"}",
        "{\"thinking\":\"Hm\"}",
        "{\"thinking\":{\"type\":\"thinking\",\"thinking\":\"Hm\"}}",
        "{\"reasoning\":{\"content\":\"Hm\"}}",
        "{\"reasoning\":[{\"type\":\"text\",\"text\":\"H\"},\"m\"]}",
        "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm\"}]}",
        "{\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"Hm\"}]}",
        "{\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\",\"reasoning_details\":[{\"text\":\"Hm\"}]}",
      })
  void thoughts_are_read_under_every_name(String delta) {
    assertThat(reply(chunk(delta, "null") + STOP).thinking()).isEqualTo("Hm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"expression\":\"a*2\",\"scope\":{\"a\":3}}",
        "{\"name\":\"x\"}",
        "{\"arguments\":[1],\"index\":4}",
        "{}",
      })
  void arguments_may_be_an_object_and_stand_before_the_name(String object) {
    String before =
        "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"arguments\":"
            + object
            + ",\"name\":\"calculator\"}}]}";
    String behind =
        "{\"tool_calls\":[{\"function\":{\"name\":\"calculator\",\"arguments\":"
            + object
            + "},\"id\":\"c1\",\"index\":0}]}";

    for (String delta : List.of(before, behind)) {
      assertThat(reply(chunk(delta, "\"tool_calls\"") + DONE).toolCalls())
          .containsExactly(new ToolCall("c1", "calculator", object));
    }
  }

  @Test
  void pieces_without_an_index_belong_to_the_call_they_follow() {
    ModelReply reply =
        reply(
            piece("\"id\":\"a\",\"function\":{\"name\":\"one\",\"arguments\":\"{\\\"q\\\":\"}")
                + piece("\"function\":{\"arguments\":\"1\"}")
                + piece("\"id\":\"\",\"function\":{\"name\":null,\"arguments\":\"}\"}")
                + piece("\"id\":\"b\",\"function\":{\"name\":\"two\"}")
                + piece("\"id\":\"b\",\"function\":{\"arguments\":\"{\\\"q\\\":2\"}")
                + piece("\"function\":{\"arguments\":\"}\"}")
                + CALLS);

    assertThat(reply.toolCalls())
        .containsExactly(
            new ToolCall("a", "one", "{\"q\":1}"), new ToolCall("b", "two", "{\"q\":2}"));
  }

  @Test
  void calls_without_index_and_id_are_told_apart_by_their_names() {
    ModelReply reply =
        reply(
            chunk(
                    "{\"tool_calls\":[{\"function\":{\"name\":\"t\",\"arguments\":\"{}\"}},"
                        + "{\"function\":{\"name\":\"t\",\"arguments\":\"{\\\"a\\\":1}\"}}]}",
                    "null")
                + CALLS);

    assertThat(reply.toolCalls())
        .containsExactly(new ToolCall("c_1-0", "t", "{}"), new ToolCall("c_1-1", "t", "{\"a\":1}"));
  }

  @Test
  void a_new_id_in_every_piece_is_still_one_call() {
    ModelReply reply =
        reply(
            piece("\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"t\",\"arguments\":\"{\"}")
                + piece("\"index\":0,\"id\":\"b\",\"function\":{\"arguments\":\"}\"}")
                + CALLS);

    assertThat(reply.toolCalls()).extracting(ToolCall::arguments).containsExactly("{}");
  }

  @Test
  void tools_of_the_service_s_own_are_no_calls() {
    ModelReply reply =
        reply(
            piece("\"index\":0,\"id\":\"w\",\"type\":\"web_search\",\"web_search\":{\"q\":\"x\"}")
                + chunk("{\"content\":\"Found.\"}", "\"stop\""));

    assertThat(reply.toolCalls()).isEmpty();
    assertThat(reply.stopReason()).isEqualTo("stop");
  }

  @Test
  void a_call_of_the_old_form_is_read() {
    ModelReply reply =
        reply(
            chunk("{\"function_call\":{\"name\":\"t\",\"arguments\":\"{\"}}", "null")
                + chunk("{\"function_call\":{\"arguments\":\"}\"}}", "\"function_call\""));

    assertThat(reply.toolCalls()).containsExactly(new ToolCall("c_1-0", "t", "{}"));
    assertThat(reply.stopReason()).isEqualTo("tool_calls");
  }

  @Test
  void a_refusal_is_the_answer() {
    ModelReply reply =
        reply(
            chunk("{\"role\":\"assistant\",\"content\":null,\"refusal\":\"\"}", "null")
                + chunk("{\"refusal\":\"I cannot help with that.\"}", "null")
                + STOP
                + DONE);

    assertThat(reply.text()).isEqualTo("I cannot help with that.");
    assertThat(reply.stopReason()).isEqualTo("content_filter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt_tokens\":\"7\",\"completion_tokens\":2.0}|7|2",
        "{\"prompt_tokens\":null,\"completion_tokens\":-3}|0|0",
        "{\"prompt_tokens\":{\"a\":[1]},\"completion_tokens\":[2],\"prompt_tokens_details\":7}|0|0",
        "{\"input_tokens\":7,\"output_tokens\":2}|7|2",
        "[{\"prompt_tokens\":7}]|0|0",
        "7|0|0",
      })
  void odd_usage_fails_no_answer(String usage, long input, long output) {
    String all =
        chunk("{\"content\":\"x\"}", "\"stop\"") + "data: {\"choices\":[],\"usage\":%s}\n\n";

    Reading.Result result = read(all.formatted(usage) + DONE);

    assertThat(result.complete()).isTrue();
    assertThat(result.reply().text()).isEqualTo("x");
    assertThat(result.reply().usage()).isEqualTo(new Usage(input, output, 0));
  }

  @Test
  void what_makes_no_sense_after_the_end_of_an_answer_does_not_spoil_it() {
    Reading.Result result = read(chunk("{\"content\":\"x\"}", "\"stop\"") + "data: {usage}\n\n");

    assertThat(result.complete()).isTrue();
  }

  @Test
  void usage_may_stand_in_the_choice() {
    String chunk =
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\","
            + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"cached_tokens\":3}}]}\n\n";

    assertThat(reply(chunk).usage()).isEqualTo(new Usage(7, 2, 0, 3));
  }

  @Test
  void a_whole_message_after_its_pieces_is_not_read_twice() {
    String last =
        "data: {\"choices\":[{\"message\":{\"content\":\"xy\"},\"finish_reason\":\"stop\"}]}\n\n";

    assertThat(reply(chunk("{\"content\":\"xy\"}", "null") + last).text()).isEqualTo("xy");
  }

  @Test
  void an_answer_that_was_not_streamed_may_call_tools() {
    String body =
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
            + "\"type\":\"function\",\"function\":{\"name\":\"t\",\"arguments\":\"{}\"}}]},"
            + "\"finish_reason\":\"tool_calls\"}]}";

    assertThat(reply(body).toolCalls()).containsExactly(new ToolCall("c1", "t", "{}"));
  }

  @Test
  void what_a_service_attaches_to_a_call_is_kept_with_it() {
    String signed = "\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}";
    String head = "\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"t\",\"arguments\":\"{}\"}";

    for (String pieces :
        List.of(
            piece(head + "," + signed), piece(head) + piece(signed + ",\"type\":\"function\""))) {
      ModelReply reply = reply(pieces + CALLS);

      assertThat(reply.toolCalls()).hasSize(1);
      assertThat(String.valueOf(reply.toolCalls().getFirst().providerData()))
          .isEqualTo("{\"openai\":{\"call\":{" + signed + "}}}");
    }
  }

  private static String chunk(String delta, String reason) {
    return "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
        + "\"delta\":%s,\"finish_reason\":%s}]}\n\n".formatted(delta, reason);
  }

  private static String piece(String members) {
    return chunk("{\"tool_calls\":[{" + members + "}]}", "null");
  }

  private static ModelReply reply(String stream) {
    Reading.Result result = read(stream);
    assertThat(result.fault()).isNull();
    assertThat(result.complete()).isTrue();
    return result.reply();
  }

  private static Reading.Result read(String stream) {
    EventReader reader = new OpenAiProtocol(Dialect.OPENAI).reader();
    return Reading.of(reader, Buffer.buffer(stream));
  }
}
