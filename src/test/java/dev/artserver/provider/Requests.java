package dev.artserver.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ToolSpec;
import java.time.Instant;
import java.util.List;

/// Requests and terms for tests.
public final class Requests {
  private Requests() {}

  public static ModelRequest ask(String question) {
    return ask(Phase.EXECUTION, List.of(new ModelMessage.FromUser(question)), List.of());
  }

  public static ModelRequest ask(Phase phase, List<ModelMessage> messages, List<ToolSpec> tools) {
    return new ModelRequest("c_1", "scripted-1", phase, messages, tools, object());
  }

  public static ToolSpec calculator() {
    return new ToolSpec("calculator", "Computes.", object().put("type", "object"), true);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static CallTerms terms(Priority priority, Instant deadline) {
    return new CallTerms(new ThreadId("t_1"), new RunId("r_1"), priority, deadline);
  }
}
