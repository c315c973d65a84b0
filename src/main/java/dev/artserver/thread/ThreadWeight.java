package dev.artserver.thread;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.ContentPart;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Message;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Estimates the memory of one thread's state. The estimate serves eviction and the memory limit;
/// it is not exact. Earlier results are reused, so a state that differs little from the last one
/// costs little. Confined to the thread's context.
final class ThreadWeight {
  private static final long THREAD_BYTES = 1_500;
  private static final long MESSAGE_BYTES = 160;
  private static final long CALL_BYTES = 120;
  private static final long NODE_BYTES = 56;

  private @Nullable JsonNode document;
  private long documentBytes;
  private List<EndedCall> calls = List.of();
  private long callsBytes;

  /// About how many bytes the state takes.
  long of(ThreadState state) {
    long bytes = THREAD_BYTES + ofDocument(state.document().data());
    for (Message message : state.history()) {
      bytes += MESSAGE_BYTES + message.content().length() + ContentPart.weight(message.parts());
    }
    for (ActiveRun waiting : state.runs()) {
      // The query of a begun run is among the messages.
      if (waiting.attempt() == 0) {
        RunRequest request = waiting.request();
        bytes += MESSAGE_BYTES + request.query().length() + ContentPart.weight(request.parts());
      }
    }
    ActiveRun run = state.currentRun();
    return bytes + ofCalls(run == null ? List.of() : run.endedCalls());
  }

  @SuppressWarnings("ReferenceEquality") // the same object is the same; comparing would cost more
  private long ofDocument(JsonNode data) {
    if (data != document) {
      documentBytes = of(data);
      document = data;
    }
    return documentBytes;
  }

  /// Until another run begins, calls are only added.
  @SuppressWarnings("ReferenceEquality") // as above
  private long ofCalls(List<EndedCall> now) {
    int known = calls.size();
    boolean longer = known > 0 && now.size() >= known && now.get(known - 1) == calls.getLast();
    long bytes = longer ? callsBytes : 0;
    for (EndedCall call : longer ? now.subList(known, now.size()) : now) {
      bytes += CALL_BYTES + of(call);
    }
    calls = now;
    callsBytes = bytes;
    return bytes;
  }

  private static long of(EndedCall ended) {
    return switch (ended) {
      case EndedCall.EndedModelCall model -> {
        long bytes = model.text().length();
        for (ToolCall call : model.toolCalls()) {
          bytes += CALL_BYTES + call.arguments().length();
          bytes += call.providerData() == null ? 0 : of(call.providerData());
        }
        yield bytes;
      }
      case EndedCall.EndedToolCall tool -> {
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
