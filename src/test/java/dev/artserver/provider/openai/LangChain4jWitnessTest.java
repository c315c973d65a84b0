package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.ModelReply;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.AnswerStream;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LangChain4jWitnessTest {
  @Test
  void a_plain_answer_reads_alike() {
    Buffer bytes = Script.tokens(50, Duration.ZERO).bytes();

    assertThat(read(bytes)).isEqualTo(new LangChain4jWitness(bytes.getBytes()).reply());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void answers_of_all_sorts_read_alike(long seed) {
    Buffer bytes = script(new Random(seed)).bytes();

    ModelReply ours = read(bytes);

    assertThat(ours).as("seed " + seed).isEqualTo(new LangChain4jWitness(bytes.getBytes()).reply());
  }

  private static Script script(Random random) {
    Script script = Script.stream().role();
    for (int i = random.nextInt(10); i > 0; i--) {
      script = script.thinking("reasoning_content", word(random));
    }
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      script = script.text(word(random));
    }
    int calls = random.nextInt(4);
    for (int call = 0; call < calls; call++) {
      script = script.tool(call, "call_" + call, "tool_" + call, "");
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        script = script.toolMore(call, word(random));
      }
    }
    return script.finish(calls == 0 ? "stop" : "tool_calls").usage(random.nextInt(99), 7, 3).done();
  }

  private static String word(Random random) {
    String[] words = {"a", "ß ", "\"q\"", "\n", "{}", "👋", "\\u", "data: x", "日本"};
    return words[random.nextInt(words.length)];
  }

  private static ModelReply read(Buffer bytes) {
    AnswerDraft.Pieces nobody =
        new AnswerDraft.Pieces() {
          @Override
          public void onText(String text) {}

          @Override
          public void onThinking(String text) {}
        };
    AnswerDraft draft = new AnswerDraft("c_1", 1 << 20, nobody);
    AnswerStream stream = new AnswerStream(new ChunkReader(), draft, 1 << 20);
    stream.read(bytes);
    return stream.reply();
  }
}
