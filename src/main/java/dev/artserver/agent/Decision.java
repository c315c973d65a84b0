package dev.artserver.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an agent core decides. `first` are events to be logged before it, in the same append:
/// phases, plans, items, messages of the system.
public sealed interface Decision {
  List<ThreadEvent> first();

  /// Call the model.
  record Ask(
      List<ThreadEvent> first,
      Phase phase,
      @Nullable String stepId,
      List<ModelMessage> messages,
      List<ToolSpec> tools)
      implements Decision {
    public Ask {
      first = List.copyOf(first);
      messages = List.copyOf(messages);
      tools = List.copyOf(tools);
    }
  }

  /// Run tools, in order.
  record Act(List<ThreadEvent> first, @Nullable String stepId, List<ToolCall> calls)
      implements Decision {
    public Act {
      first = List.copyOf(first);
      calls = List.copyOf(calls);
    }
  }

  /// Log `first` and ask again: the next decision depends on what they change.
  record Again(List<ThreadEvent> first) implements Decision {
    public Again {
      first = List.copyOf(first);
    }
  }

  /// Do nothing until one of the run's open calls ends. At least one must be open.
  record Wait() implements Decision {
    @Override
    public List<ThreadEvent> first() {
      return List.of();
    }
  }

  /// Answer and end well. Calls that are still open are abandoned.
  ///
  /// @param content never blank: an empty answer is a failure
  /// @param metadata of the message; null: none
  record Finish(List<ThreadEvent> first, String content, @Nullable ObjectNode metadata)
      implements Decision {
    public Finish {
      first = List.copyOf(first);
    }
  }

  /// Give up. Calls that are still open are abandoned.
  record Fail(List<ThreadEvent> first, Failure failure) implements Decision {
    public Fail {
      first = List.copyOf(first);
    }
  }
}
