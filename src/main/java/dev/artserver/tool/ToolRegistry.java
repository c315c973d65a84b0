package dev.artserver.tool;

import static dev.artserver.model.Checks.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Approval;
import dev.artserver.model.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The tools of this server by name. Immutable; every tool's schema is checked and compiled here,
/// once, so a bad schema stops the start and not a conversation.
public final class ToolRegistry {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final TreeMap<String, Registered> tools = new TreeMap<>();
  private final List<ToolSpec> specs;

  /// A tool with the spec it gave at the start.
  record Registered(ToolSpec spec, Tool tool, ArgumentsReader arguments) {}

  /// @throws IllegalArgumentException when a name is malformed or taken, or a schema is invalid
  public ToolRegistry(List<? extends Tool> tools) {
    MetaSchema metaSchema = new MetaSchema();
    for (Tool tool : tools) {
      ToolSpec spec = tool.spec();
      String name = spec.name();
      require(
          NAME.matcher(name).matches(),
          "name of a tool must be 1 to 64 characters of A-Za-z0-9_-, got '" + name + "'");
      metaSchema
          .violation(spec.inputSchema())
          .ifPresent(wrong -> {
            throw new IllegalArgumentException(
                "inputSchema of tool '" + name + "' must be JSON Schema 2020-12: " + wrong);
          });
      checkApproval(metaSchema, name, spec.approval());
      Registered registered = new Registered(spec, tool, new ArgumentsReader(spec));
      require(
          this.tools.putIfAbsent(name, registered) == null,
          "name of a tool must be unique, got '" + name + "' twice");
    }
    specs = this.tools.values().stream().map(Registered::spec).toList();
  }

  private static void checkApproval(MetaSchema metaSchema, String name, Approval approval) {
    require(
        (approval.mode() == Approval.Mode.BY_ARGUMENTS) == (approval.when() != null),
        "approval.when of tool '" + name + "' must be given for byArguments and only then");
    check(metaSchema, name, "approval.when", approval.when());
    check(metaSchema, name, "approval.feedbackSchema", approval.feedbackSchema());
  }

  private static void check(
      MetaSchema metaSchema, String name, String what, @Nullable ObjectNode schema) {
    String wrong = schema == null ? null : metaSchema.violation(schema).orElse(null);
    require(wrong == null, what + " of tool '" + name + "' must be JSON Schema 2020-12: " + wrong);
  }

  /// All tools, in order of name.
  public List<ToolSpec> all() {
    return specs;
  }

  Optional<Registered> find(String name) {
    return Optional.ofNullable(tools.get(name));
  }
}
