package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ModelReply;
import dev.artserver.model.ToolCall;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.AnswerStream;
import dev.artserver.provider.wire.Fault;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatStreamTest {
  private static final int LINE_MAX = 2_048;
  private static final int ANSWER_MAX = 1_024;

  private final RecordingListener heard = new RecordingListener();
  private final AnswerStream stream =
      new AnswerStream(
          new ChunkReader(), new AnswerDraft("c_1", ANSWER_MAX, new Forward(heard)), LINE_MAX);

  private record Forward(RecordingListener heard) implements AnswerDraft.Pieces {
    @Override
    public void onText(String text) {
      heard.onText(text);
    }

    @Override
    public void onThinking(String text) {
      heard.onThinking(text);
    }
  }

  @Test
  void it_reads_the_same_wherever_the_bytes_are_cut() {
    Buffer bytes =
        Script.stream()
            .raw(": hello\r\n\r\nevent: message\r\n")
            .thinking("reasoning", "größer 👋")
            .text("ok \"quoted\" \\ \n")
            .tool(0, "k", "search", "{\"q\":")
            .toolMore(0, "\"ß\"}")
            .finish("tool_calls")
            .usage(1, 2, 3)
            .done()
            .bytes();
    ModelReply whole = readInTwo(bytes, bytes.length());

    for (int cut = 0; cut < bytes.length(); cut++) {
      assertThat(readInTwo(bytes, cut)).as("cut at " + cut).isEqualTo(whole);
    }
    assertThat(whole.text()).isEqualTo("ok \"quoted\" \\ \n");
    assertThat(whole.thinking()).isEqualTo("größer 👋");
    assertThat(whole.toolCalls()).containsExactly(new ToolCall("k", "search", "{\"q\":\"ß\"}"));
  }

  @Test
  void an_answer_that_ends_inside_a_character_is_made_whole() {
    Buffer bytes =
        Buffer.buffer()
            .appendBuffer(data("{\"choices\":[{\"delta\":{\"reasoning_content\":\"\\udc4b?\"}}]}"))
            .appendBuffer(data("{\"choices\":[{\"delta\":{\"content\":\"so \\ud83d\"}}]}"))
            .appendBuffer(Script.stream().finish("length").done().bytes());

    ModelReply reply = readInTwo(bytes, 0);

    assertThat(reply.text()).isEqualTo("so \ufffd");
    assertThat(reply.thinking()).isEqualTo("\ufffd?");
  }

  @Test
  void what_comes_in_one_read_is_one_piece_per_kind() {
    Buffer bytes =
        Script.stream()
            .thinking("reasoning", "a")
            .thinking("reasoning", "b")
            .text("c")
            .text("d")
            .bytes();

    stream.read(bytes);
    stream.flush();

    assertThat(heard.pieces()).containsExactly("(ab)", "cd");
  }

  @Test
  void a_thought_sent_under_both_names_is_passed_on_once() {
    stream.read(
        data("{\"choices\":[{\"delta\":{\"reasoning\":\"x\",\"reasoning_content\":\"x\"}}]}"));
    stream.flush();

    assertThat(heard.thinking()).isEqualTo("x");
  }

  @Test
  void other_choices_and_unknown_fields_are_passed_over() {
    stream.read(
        data(
            "{\"x\":{\"y\":[1,{}]},\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}},"
                + "{\"index\":0,\"delta\":{\"content\":\"yes\",\"audio\":{\"a\":[]}}}]}"));
    stream.read(data("{\"choices\":null,\"usage\":null,\"error\":null}"));
    stream.flush();

    assertThat(stream.fault()).isNull();
    assertThat(heard.text()).isEqualTo("yes");
  }

  @Test
  void fields_of_the_wrong_form_are_passed_over() {
    stream.read(
        data(
            "{\"choices\":[{\"index\":{},\"delta\":[{\"content\":\"a\"}],\"finish_reason\":[1]},7],"
                + "\"usage\":[{\"prompt_tokens\":1}]}"));
    stream.read(data("{\"choices\":[{\"delta\":{\"content\":[1,{}],\"tool_calls\":{\"id\":1}}}]}"));

    assertThat(stream.fault()).isNull();
    assertThat(stream.additions()).isZero();
  }

  @Test
  void calls_that_share_an_index_are_told_apart_by_id() {
    stream.read(Script.stream().tool(0, "a", "t", "{}").tool(0, "b", "t", "{}").bytes());

    assertThat(stream.reply().toolCalls())
        .isEqualTo(List.of(new ToolCall("a", "t", "{}"), new ToolCall("b", "t", "{}")));
  }

  @Test
  void a_call_without_an_id_gets_one() {
    stream.read(Script.stream().tool(0, "", "t", "{}").bytes());

    assertThat(stream.reply().toolCalls()).containsExactly(new ToolCall("c_1-0", "t", "{}"));
  }

  @Test
  void an_answer_may_not_grow_past_its_limit() {
    stream.read(Script.stream().text("x".repeat(ANSWER_MAX)).bytes());
    boolean fine = stream.fault() == null;

    stream.read(Script.stream().text("y").bytes());

    assertThat(fine).isTrue();
    assertThat(stream.fault()).isEqualTo(new Fault(0, "its answer is too large"));
  }

  @Test
  void a_line_may_not_grow_past_its_limit() {
    stream.read(Buffer.buffer("x".repeat(LINE_MAX)));
    boolean fine = stream.fault() == null;

    stream.read(Buffer.buffer("y"));

    assertThat(fine).isTrue();
    assertThat(stream.fault()).isEqualTo(new Fault(0, "it sent a line that is too long"));
  }

  private static Buffer data(String json) {
    return Buffer.buffer("data: " + json + "\n\n");
  }

  private static ModelReply readInTwo(Buffer bytes, int cut) {
    RecordingListener ignored = new RecordingListener();
    AnswerStream stream =
        new AnswerStream(
            new ChunkReader(), new AnswerDraft("c_1", ANSWER_MAX, new Forward(ignored)), LINE_MAX);
    stream.read(bytes.slice(0, cut));
    stream.read(bytes.slice(cut, bytes.length()));
    assertThat(stream.done()).isTrue();
    return stream.reply();
  }
}
