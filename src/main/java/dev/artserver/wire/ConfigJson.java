package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.ApprovalRule;
import dev.artserver.model.ClientTool;
import dev.artserver.model.Execution;
import dev.artserver.model.ExecutionOptions;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.SealedKey;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON of a thread's configuration: `{provider: {name, model, options, apiKey?}, agent,
/// enabledTools, historyLimit, systemPrompt?, persona?, execution: {maxIterations, maxItems,
/// toolResultMaxLength}, onBusy, fallbacks?, approvals?, clientTools?}`.
public final class ConfigJson {
  private ConfigJson() {}

  /// The configuration as stores keep it. Clients see it after `Secrets` has hidden its key.
  public static ObjectNode write(ThreadConfig config) {
    ObjectNode node = object();
    node.set("provider", provider(config.provider()));
    node.put("agent", config.agent());
    config.enabledTools().forEach(node.putArray("enabledTools")::add);
    node.put("historyLimit", config.historyLimit());
    SystemPrompt prompt = config.systemPrompt();
    if (prompt != null) {
      node.set("systemPrompt", systemPrompt(prompt));
    }
    if (!config.persona().equals(Persona.NONE)) {
      node.set("persona", persona(config.persona()));
    }
    node.set("execution", execution(config.execution()));
    node.put("onBusy", Fields.lower(config.onBusy()));
    if (config.fallbacks() != null) {
      config.fallbacks().forEach(node.putArray("fallbacks")::add);
    }
    if (!config.approvals().isEmpty()) {
      ObjectNode approvals = node.putObject("approvals");
      new TreeMap<>(config.approvals())
          .forEach((tool, rule) -> approvals.put(tool, Fields.lower(rule)));
    }
    if (!config.clientTools().isEmpty()) {
      ArrayNode tools = node.putArray("clientTools");
      config.clientTools().forEach(tool -> tools.add(Fields.node(tool, ConfigJson::clientTool)));
    }
    return node;
  }

  /// The configuration after a merge patch (RFC 7396). A member that `patch` does not name keeps
  /// the value of `current`; a member it sets to null gets the value of `defaults`.
  ///
  /// Fails with a `FailureException` of `Invalid`, pointing below `/config`, for a member that is
  /// unknown, of a wrong type or out of range, and for credentials elsewhere than in `apiKey`.
  ///
  /// An `apiKey` must be sealed (`ConfigKeys`) and belongs to the provider of its time: another
  /// `name` without a new key goes without. `***`, the text clients see, keeps it.
  public static ThreadConfig merge(
      ThreadConfig current, ThreadConfig defaults, ObjectNode patch, KeyBinder binder) {
    return new ConfigPatch(binder).config(current, defaults, new PatchNode("/config", patch));
  }

  static ThreadConfig read(Members in) {
    Persona persona = in.objectOrNull("persona", ConfigJson::persona);
    return new ThreadConfig(
        in.object("provider", ConfigJson::provider),
        in.text("agent"),
        in.texts("enabledTools"),
        in.small("historyLimit"),
        systemPrompt(in),
        persona == null ? Persona.NONE : persona,
        in.object("execution", ConfigJson::execution),
        in.word(OnBusy.class, "onBusy"),
        in.treeOrNull("fallbacks") == null ? null : in.texts("fallbacks"),
        approvals(in.objectOrNull("approvals")),
        in.has("clientTools") ? in.objects("clientTools", ConfigJson::clientTool) : List.of());
  }

  private static Map<String, ApprovalRule> approvals(@Nullable ObjectNode node) {
    Map<String, ApprovalRule> approvals = new HashMap<>();
    if (node != null) {
      Members rules = new Members(node);
      for (Map.Entry<String, JsonNode> rule : node.properties()) {
        approvals.put(rule.getKey(), rules.word(ApprovalRule.class, rule.getKey()));
      }
    }
    return approvals;
  }

  static void clientTool(Fields out, ClientTool tool) throws IOException {
    out.text("name", tool.name());
    out.text("description", tool.description());
    out.tree("inputSchema", tool.inputSchema());
    out.tree("outputSchema", tool.outputSchema());
  }

  static ClientTool clientTool(Members in) {
    return new ClientTool(
        in.text("name"),
        in.text("description"),
        in.object("inputSchema"),
        in.objectOrNull("outputSchema"));
  }

  static ObjectNode provider(ProviderChoice provider) {
    ObjectNode node = object();
    node.put("name", provider.name());
    node.put("model", provider.model());
    node.set("options", provider.options());
    SealedKey key = provider.apiKey();
    if (key != null) {
      node.put("apiKey", key.text());
    }
    return node;
  }

  static ProviderChoice provider(Members in) {
    String key = in.textOrNull("apiKey");
    return new ProviderChoice(
        in.text("name"),
        in.text("model"),
        in.object("options"),
        key == null ? null : new SealedKey(key));
  }

  static JsonNode systemPrompt(SystemPrompt prompt) {
    if (prompt.strategy() == SystemPrompt.Strategy.APPEND) {
      return TextNode.valueOf(prompt.content());
    }
    ObjectNode node = object();
    node.put("content", prompt.content());
    node.put("strategy", Fields.lower(prompt.strategy()));
    return node;
  }

  /// The `systemPrompt` among `in`.
  static @Nullable SystemPrompt systemPrompt(Members in) {
    JsonNode prompt = in.treeOrNull("systemPrompt");
    if (prompt instanceof ObjectNode node) {
      Members members = new Members(node, in.lenient());
      return new SystemPrompt(
          members.text("content"), members.word(SystemPrompt.Strategy.class, "strategy"));
    }
    return prompt == null
        ? null
        : new SystemPrompt(in.text("systemPrompt"), SystemPrompt.Strategy.APPEND);
  }

  static ObjectNode persona(Persona persona) {
    ObjectNode node = object();
    ObjectNode prompts = object();
    putPresent(node, "name", persona.name());
    putPresent(prompts, "planning", persona.planning());
    putPresent(prompts, "execution", persona.execution());
    putPresent(prompts, "synthesis", persona.synthesis());
    if (!prompts.isEmpty()) {
      node.set("prompts", prompts);
    }
    return node;
  }

  static Persona persona(Members in) {
    ObjectNode prompts = in.objectOrNull("prompts");
    Members words = new Members(prompts == null ? object() : prompts);
    return new Persona(
        in.textOrNull("name"),
        words.textOrNull("planning"),
        words.textOrNull("execution"),
        words.textOrNull("synthesis"));
  }

  static ObjectNode execution(Execution execution) {
    ObjectNode node = object();
    node.put("maxIterations", execution.iterationsMax());
    node.put("maxItems", execution.itemsMax());
    node.put("toolResultMaxLength", execution.toolResultCharsMax());
    return node;
  }

  static Execution execution(Members in) {
    return new Execution(
        in.small("maxIterations"), in.small("maxItems"), in.small("toolResultMaxLength"));
  }

  static ObjectNode executionOptions(ExecutionOptions execution) {
    ObjectNode node = object();
    putPresent(node, "maxIterations", execution.iterationsMax());
    putPresent(node, "maxItems", execution.itemsMax());
    putPresent(node, "toolResultMaxLength", execution.toolResultCharsMax());
    return node;
  }

  static ExecutionOptions executionOptions(Members in) {
    return new ExecutionOptions(
        in.smallOrNull("maxIterations"),
        in.smallOrNull("maxItems"),
        in.smallOrNull("toolResultMaxLength"));
  }

  private static void putPresent(ObjectNode node, String name, @Nullable Integer value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static void putPresent(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
