package dev.artserver.provider.openai;

import dev.artserver.model.ModelReply;
import dev.artserver.provider.wire.AnswerDraft;
import dev.artserver.provider.wire.AnswerStream;
import dev.artserver.provider.wire.Recording;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What one chunk of a stream of 100 tokens costs, each arriving and handed on by itself; beside it
/// LangChain4j on the same bytes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class ChatStreamBenchmark {
  private static final int TOKENS = 100;

  private final Script script = Script.tokens(TOKENS, Duration.ZERO);
  private final List<Buffer> reads = new ArrayList<>();
  private final LangChain4jWitness witness = new LangChain4jWitness(script.bytes().getBytes());
  private final ChunkReader chunks = new ChunkReader();

  public ChatStreamBenchmark() {
    for (Recording.Step step : script.recording().steps()) {
      if (step instanceof Recording.Step.Send(Buffer bytes)) {
        reads.add(bytes);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public ModelReply ours(Blackhole heard) {
    AnswerDraft.Pieces counting =
        new AnswerDraft.Pieces() {
          @Override
          public void onText(String text) {
            heard.consume(text);
          }

          @Override
          public void onThinking(String text) {
            heard.consume(text);
          }
        };
    AnswerDraft draft = new AnswerDraft("c_1", 1 << 20, counting);
    AnswerStream stream = new AnswerStream(chunks, draft, 1 << 20);
    for (Buffer read : reads) {
      stream.read(read);
      stream.flush();
    }
    return stream.reply();
  }

  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public ModelReply langChain4j() {
    return witness.reply();
  }
}
