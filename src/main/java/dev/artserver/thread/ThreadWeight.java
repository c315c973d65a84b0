package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Message;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Estimates what one thread's state holds in memory: enough to choose whom to passivate and to
/// stop who takes too much, not an exact size. It remembers what it has weighed, so a state that
/// differs little from the last costs little. Confined to the thread's context.
final class ThreadWeight {
  private static final long THREAD_BYTES = 1_500;
  private static final long MESSAGE_BYTES = 160;
  private static final long TURN_BYTES = 120;
  private static final long NODE_BYTES = 56;

  private @Nullable JsonNode document;
  private long documentBytes;
  private List<Turn> turns = List.of();
  private long turnsBytes;

  /// Bytes, about.
  long of(ThreadState state) {
    long bytes = THREAD_BYTES + ofDocument(state.document().data());
    for (Message message : state.history()) {
      bytes += MESSAGE_BYTES + message.content().length() + ContentPart.weight(message.parts());
    }
    for (ActiveRun waiting : state.runs()) {
      // One that has begun has its query among the messages.
      if (waiting.attempt() == 0) {
        RunRequest request = waiting.request();
        bytes += MESSAGE_BYTES + request.query().length() + ContentPart.weight(request.parts());
      }
    }
    ActiveRun run = state.currentRun();
    return bytes + ofTurns(run == null ? List.of() : run.turns());
  }

  @SuppressWarnings("ReferenceEquality") // the same object is the same; comparing would cost more
  private long ofDocument(JsonNode data) {
    if (data != document) {
      documentBytes = of(data);
      document = data;
    }
    return documentBytes;
  }

  /// Turns are only ever added, until another run begins.
  @SuppressWarnings("ReferenceEquality") // as above
  private long ofTurns(List<Turn> now) {
    int known = turns.size();
    boolean longer = known > 0 && now.size() >= known && now.get(known - 1) == turns.getLast();
    long bytes = longer ? turnsBytes : 0;
    for (Turn turn : longer ? now.subList(known, now.size()) : now) {
      bytes += TURN_BYTES + of(turn);
    }
    turns = now;
    turnsBytes = bytes;
    return bytes;
  }

  private static long of(Turn turn) {
    return switch (turn) {
      case Turn.ModelTurn model -> {
        long bytes = model.text().length();
        for (ToolCall call : model.toolCalls()) {
          bytes += TURN_BYTES + call.arguments().length();
          bytes += call.providerData() == null ? 0 : of(call.providerData());
        }
        yield bytes;
      }
      case Turn.ToolTurn tool -> {
        ToolResult result = tool.result();
        yield (result.output() == null ? 0 : of(result.output()))
            + (result.error() == null ? 0 : result.error().length());
      }
    };
  }

  private static long of(JsonNode node) {
    if (node.isTextual()) {
      return NODE_BYTES + node.textValue().length();
    }
    long bytes = NODE_BYTES;
    for (JsonNode child : node) {
      bytes += NODE_BYTES + of(child);
    }
    return bytes;
  }
}
