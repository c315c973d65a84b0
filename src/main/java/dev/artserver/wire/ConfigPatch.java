package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Execution;
import dev.artserver.model.Persona;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.SealedKey;
import dev.artserver.model.StateChanges;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Applies a client's patch to a configuration, part by part.
final class ConfigPatch {
  private static final int HISTORY_MAX = 1_000;
  private static final int TOOLS_MAX = 256;
  private static final int FALLBACKS_MAX = 5;
  private static final Set<String> AGENTS = Set.of("pes", "react");
  private static final Set<String> CONFIG =
      Set.of(
          "provider",
          "agent",
          "enabledTools",
          "historyLimit",
          "systemPrompt",
          "persona",
          "execution",
          "onBusy",
          "fallbacks",
          "approvals",
          "clientTools");
  private static final List<String> CREDENTIALS =
      List.of("key", "secret", "password", "authorization");
  private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final Pattern FALLBACK = Pattern.compile("[a-z0-9-]{1,64}(/.{1,256})?");

  private final KeyBinder binder;

  ConfigPatch(KeyBinder binder) {
    this.binder = binder;
  }

  ThreadConfig config(ThreadConfig current, ThreadConfig defaults, PatchNode patch) {
    patch.only(CONFIG);
    return new ThreadConfig(
        patch.object("provider", current.provider(), defaults.provider(), this::provider),
        agent(current.agent(), defaults.agent(), patch),
        tools(current.enabledTools(), defaults.enabledTools(), patch),
        patch.integer(
            "historyLimit", current.historyLimit(), defaults.historyLimit(), 0, HISTORY_MAX),
        systemPrompt(current.systemPrompt(), defaults.systemPrompt(), patch),
        patch.object("persona", current.persona(), defaults.persona(), ConfigPatch::persona),
        patch.object(
            "execution", current.execution(), defaults.execution(), ConfigPatch::execution),
        patch.word("onBusy", current.onBusy(), defaults.onBusy()),
        fallbacks(current.fallbacks(), defaults.fallbacks(), patch),
        ToolGates.approvals(current.approvals(), defaults.approvals(), patch),
        ToolGates.clientTools(current.clientTools(), defaults.clientTools(), patch));
  }

  private ProviderChoice provider(
      ProviderChoice current, ProviderChoice defaults, PatchNode patch) {
    patch.only(Set.of("name", "model", "options", "apiKey"));
    ObjectNode options = current.options();
    if (patch.isNull("options")) {
      options = defaults.options();
    } else if (patch.node().has("options")) {
      PatchNode patched = patch.child("options");
      refuseCredentials(patched.pointer(), patched.node());
      options = (ObjectNode) StateChanges.merge(options, patched.node());
    }
    String name = patch.name("name", current.name(), defaults.name());
    String model = patch.name("model", current.model(), defaults.model());
    return new ProviderChoice(name, model, options, apiKey(name, current, patch));
  }

  /// The message of a failure must not repeat the value.
  private @Nullable SealedKey apiKey(String provider, ProviderChoice current, PatchNode patch) {
    SealedKey kept = current.name().equals(provider) ? current.apiKey() : null;
    JsonNode value = patch.node().get("apiKey");
    if (value == null) {
      return kept;
    }
    if (value.isNull()) {
      return null;
    }
    String place = patch.at("apiKey");
    if (!value.isTextual() || !SealedKey.isSafe(value.textValue())) {
      throw PatchNode.wrong(place, "must be sealed", null);
    }
    if (!value.textValue().equals(SealedKey.HIDDEN.text())) {
      return binder.bind(provider, new SealedKey(value.textValue()));
    }
    if (kept == null) {
      throw PatchNode.wrong(
          place, "must be the key itself: there is none for this provider to keep", null);
    }
    return kept;
  }

  private static @Nullable List<String> fallbacks(
      @Nullable List<String> current, @Nullable List<String> defaults, PatchNode patch) {
    JsonNode value = patch.node().get("fallbacks");
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (!value.isArray() || value.size() > FALLBACKS_MAX) {
      throw patch.wrong("fallbacks", "must be a list of at most " + FALLBACKS_MAX + " providers");
    }
    List<String> fallbacks = new ArrayList<>();
    for (JsonNode one : value) {
      if (!one.isTextual() || !FALLBACK.matcher(one.textValue()).matches()) {
        throw PatchNode.wrong(
            patch.at("fallbacks") + "/" + fallbacks.size(),
            "must be like provider or provider/model",
            one.isTextual() ? one.textValue() : one.toString());
      }
      fallbacks.add(one.textValue());
    }
    return fallbacks;
  }

  /// The `systemPrompt` among `patch`: a string is appended, an object says where it goes.
  static @Nullable SystemPrompt systemPrompt(
      @Nullable SystemPrompt current, @Nullable SystemPrompt defaults, PatchNode patch) {
    JsonNode value = patch.node().get("systemPrompt");
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (value.isTextual()) {
      return new SystemPrompt(value.textValue(), SystemPrompt.Strategy.APPEND);
    }
    if (!value.isObject()) {
      throw patch.wrong("systemPrompt", "must be a string or an object");
    }
    PatchNode prompt = patch.child("systemPrompt").only(Set.of("content", "strategy"));
    String content = prompt.text("content", current == null ? null : current.content(), null);
    if (content == null) {
      throw prompt.wrong("content", "must be a string");
    }
    SystemPrompt.Strategy strategy =
        current == null ? SystemPrompt.Strategy.APPEND : current.strategy();
    return new SystemPrompt(
        content, prompt.word("strategy", strategy, SystemPrompt.Strategy.APPEND));
  }

  static Persona persona(Persona current, Persona defaults, PatchNode patch) {
    patch.only(Set.of("name", "prompts"));
    String name = patch.text("name", current.name(), defaults.name());
    if (patch.isNull("prompts")) {
      return new Persona(name, defaults.planning(), defaults.execution(), defaults.synthesis());
    }
    PatchNode prompts = patch.child("prompts").only(Set.of("planning", "execution", "synthesis"));
    return new Persona(
        name,
        prompts.text("planning", current.planning(), defaults.planning()),
        prompts.text("execution", current.execution(), defaults.execution()),
        prompts.text("synthesis", current.synthesis(), defaults.synthesis()));
  }

  static Execution execution(Execution current, Execution defaults, PatchNode patch) {
    patch.only(Set.of("maxIterations", "maxItems", "toolResultMaxLength"));
    return new Execution(
        patch.integer("maxIterations", current.iterationsMax(), defaults.iterationsMax(), 1, 100),
        patch.integer("maxItems", current.itemsMax(), defaults.itemsMax(), 1, 1_000),
        patch.integer(
            "toolResultMaxLength",
            current.toolResultCharsMax(),
            defaults.toolResultCharsMax(),
            100,
            1_000_000));
  }

  /// Fails when a member anywhere below `node` is named like a credential. Threads are shown to
  /// clients and kept in stores, and neither may hold credentials; only `apiKey` of a provider is
  /// encrypted. A number of tokens is not a credential.
  static void refuseCredentials(String pointer, JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        refuseCredentials(pointer + "/" + i, array.get(i));
      }
    } else if (node instanceof ObjectNode object) {
      PatchNode members = new PatchNode(pointer, object);
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (namesCredential(member.getKey(), member.getValue())) {
          throw PatchNode.wrong(
              members.at(member.getKey()),
              "must not be given here: a credential goes into config.provider.apiKey",
              null);
        }
        refuseCredentials(members.at(member.getKey()), member.getValue());
      }
    }
  }

  private static boolean namesCredential(String name, JsonNode value) {
    String lower = PatchNode.lower(name);
    if (CREDENTIALS.stream().anyMatch(lower::contains)) {
      return true;
    }
    boolean counts = lower.equals("maxtokens") || value.isNumber() || value.isNull();
    return lower.contains("token") && !counts;
  }

  private static String agent(String current, String defaults, PatchNode patch) {
    String agent = patch.name("agent", current, defaults);
    if (patch.node().hasNonNull("agent") && !AGENTS.contains(agent)) {
      throw patch.wrong("agent", "must be pes or react");
    }
    return agent;
  }

  private static List<String> tools(List<String> current, List<String> defaults, PatchNode patch) {
    JsonNode value = patch.node().get("enabledTools");
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (!value.isArray() || value.size() > TOOLS_MAX) {
      throw patch.wrong("enabledTools", "must be an array of at most " + TOOLS_MAX + " names");
    }
    Set<String> tools = new LinkedHashSet<>();
    for (int i = 0; i < value.size(); i++) {
      JsonNode tool = value.get(i);
      if (!tool.isTextual() || !TOOL_NAME.matcher(tool.textValue()).matches()) {
        throw PatchNode.wrong(
            patch.at("enabledTools") + "/" + i,
            "must be the name of a tool, 1 to 64 characters of A-Za-z0-9_-",
            tool.toString());
      }
      tools.add(tool.textValue());
    }
    return List.copyOf(tools);
  }
}
