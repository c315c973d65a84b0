package dev.artserver.provider.wire;

import dev.artserver.model.ModelReply;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Streams read without a network.
public final class Reading {
  private static final int MAX = 1 << 20;

  private Reading() {}

  /// What came of a stream that has ended.
  ///
  /// @param reply as far as it came
  public record Result(ModelReply reply, boolean complete, @Nullable Fault fault) {}

  /// Reads what arrives as so many buffers, to its end.
  public static Result of(EventReader events, Buffer... arriving) {
    AnswerStream stream = new AnswerStream(events, new AnswerDraft("c_1", MAX, new Deaf()), MAX);
    for (Buffer arrived : arriving) {
      stream.read(arrived);
    }
    stream.end();
    return new Result(stream.reply(), stream.complete(), stream.fault());
  }

  /// Reads a stream cut in two, at each place, and compares with it as a whole.
  ///
  /// @return what it says, wherever it is cut
  public static Result cutAnywhere(Supplier<EventReader> readers, Buffer bytes) {
    Result whole = of(readers.get(), bytes);
    for (int cut = 0; cut < bytes.length(); cut++) {
      Buffer first = bytes.slice(0, cut);
      Result cutInTwo = of(readers.get(), first, bytes.slice(cut, bytes.length()));
      if (!cutInTwo.equals(whole)) {
        throw new AssertionError("cut at " + cut + " it reads " + cutInTwo + ", not " + whole);
      }
    }
    return whole;
  }

  private record Deaf() implements AnswerDraft.Pieces {
    @Override
    public void onText(String text) {}

    @Override
    public void onThinking(String text) {}
  }
}
