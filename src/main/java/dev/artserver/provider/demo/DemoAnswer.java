package dev.artserver.provider.demo;

import dev.artserver.model.ToolCall;
import java.util.List;

/// What the demo model does with a request.
sealed interface DemoAnswer {
  /// Thinks, then says something or calls tools.
  record Says(String thinking, String text, List<ToolCall> toolCalls) implements DemoAnswer {
    public Says {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /// Fails as a service would.
  record Fails() implements DemoAnswer {}

  /// Says nothing, ever.
  record Stalls() implements DemoAnswer {}
}
