package dev.artserver.cluster;

import dev.artserver.model.Answer;
import dev.artserver.model.Ids;
import dev.artserver.model.OperationKey;
import dev.artserver.thread.LocalThreads;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.remote.CommandJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/// Commands that go to another instance, and those that come from one.
final class RemoteCommands {
  private static final String KIND = "command";

  private final Channel channel;
  private final Ids ids;
  private final Duration commandMax;

  RemoteCommands(Channel channel, Ids ids, Duration commandMax) {
    this.channel = channel;
    this.ids = ids;
    this.commandMax = commandMax;
  }

  /// Carries out commands of other instances. This instance takes the thread unless another one has
  /// it; it never sends a command on, so commands do not go round.
  void answer(LocalThreads local) {
    channel.answer(
        KIND,
        (from, request) ->
            local
                .ask(CommandJson.read(request.getBytes()))
                .map(answer -> Buffer.buffer(AnswerJson.write(answer))));
  }

  /// Sends a command. Fails with `PeerUnreachable` when it is not known what became of it.
  @SuppressWarnings("unchecked") // the answer is of the type the command is declared with
  <A extends Answer> Future<A> send(InstanceId to, ThreadCommand<A> command) {
    return channel
        .ask(to, KIND, Buffer.buffer(CommandJson.bytes(command)), commandMax)
        .map(answer -> (A) AnswerJson.read(answer.getBytes()));
  }

  /// The same command with an operation key, so that it can be sent again when its answer was lost.
  @SuppressWarnings("unchecked") // the same kind of command
  <A extends Answer> ThreadCommand<A> repeatable(ThreadCommand<A> command) {
    return command.operation() != null ? command : (ThreadCommand<A>) withKey(command);
  }

  private ThreadCommand<?> withKey(ThreadCommand<?> command) {
    String id = "i_" + ids.next();
    OperationKey key = new OperationKey(id, id);
    return switch (command) {
      case ThreadCommand.Create c ->
          new ThreadCommand.Create(
              c.thread(), c.caller(), c.config(), c.metadata(), c.returnExisting(), key);
      case ThreadCommand.Configure c ->
          new ThreadCommand.Configure(c.thread(), c.caller(), c.config(), c.metadata(), key);
      case ThreadCommand.UpdateState c ->
          new ThreadCommand.UpdateState(
              c.thread(), c.caller(), c.change(), c.expectedVersion(), key);
      case ThreadCommand.AddMessages c ->
          new ThreadCommand.AddMessages(c.thread(), c.caller(), c.messages(), key);
      case ThreadCommand.StartRun c ->
          new ThreadCommand.StartRun(
              c.thread(), c.caller(), c.request(), c.createWith(), c.metadata(), key);
      // Doing these twice is the same as once.
      case ThreadCommand.EnableTool c -> c;
      case ThreadCommand.CancelRun c -> c;
      case ThreadCommand.ResumeRun c -> c;
      case ThreadCommand.Wake c -> c;
      case ThreadCommand.Delete c -> c;
    };
  }
}
