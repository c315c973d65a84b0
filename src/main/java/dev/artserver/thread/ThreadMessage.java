package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.Failure;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/// What is sent to the address of an active thread, and what comes back. All of it is immutable or
/// meant to be shared, so it travels inside one process by reference.
sealed interface ThreadMessage {
  record Tell(ThreadCommand<?> command) implements ThreadMessage {}

  /// @param readerThread the thread of `readerContext`
  record Follow(
      FollowRequest request,
      FeedReader reader,
      Context readerContext,
      Thread readerThread,
      Handover handover)
      implements ThreadMessage {
    Follow from(Answer.RunAccepted run) {
      return new Follow(
          request.from(run.run(), run.seq()), reader, readerContext, readerThread, handover);
    }
  }

  /// A run, and one who follows it from its first fact.
  record Start(ThreadCommand.StartRun command, Follow follow) implements ThreadMessage {}

  /// Close when idle.
  record Passivate() implements ThreadMessage {}

  /// Close, whatever is under way.
  record Park() implements ThreadMessage {}

  /// End readers that take nothing.
  record SweepReaders() implements ThreadMessage {}

  record Answered(Answer answer) implements ThreadMessage {}

  record Followed(Subscription subscription) implements ThreadMessage {}

  record Started(Threads.StartedRun run) implements ThreadMessage {}

  record Refused(Failure failure) implements ThreadMessage {}

  record Done(boolean closed) implements ThreadMessage {}

  /// Hands messages over as they are; there is no form of them for the wire.
  final class Codec implements MessageCodec<ThreadMessage, ThreadMessage> {
    static final String NAME = "dev.artserver.thread.message";

    /// Once for each Vert.x instance.
    static void register(EventBus bus) {
      bus.registerCodec(new Codec());
    }

    @Override
    public void encodeToWire(Buffer buffer, ThreadMessage message) {
      throw new IllegalStateException("thread messages stay in their process");
    }

    @Override
    public ThreadMessage decodeFromWire(int position, Buffer buffer) {
      throw new IllegalStateException("thread messages stay in their process");
    }

    @Override
    public ThreadMessage transform(ThreadMessage message) {
      return message;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
