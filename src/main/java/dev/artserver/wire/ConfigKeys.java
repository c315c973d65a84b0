package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes clear credentials out of a configuration that a client sent, before it enters a command:
/// commands travel between instances.
public final class ConfigKeys {
  private static final String PROVIDER = "provider";
  private static final String API_KEY = "apiKey";
  private static final String PLACE = "/config/provider/apiKey";

  /// What goes into a header as it is.
  private static final Pattern FORM = Pattern.compile("[!-~]{1,1024}");

  private ConfigKeys() {}

  /// `config` with its `provider.apiKey` sealed for `thread`; `config` itself stays as it is.
  ///
  /// Fails with a `FailureException` of `Invalid` when the key has not the form of one, when
  /// credentials stand among `provider.options`, or as the sealer does. No failure repeats the key.
  public static ObjectNode sealed(ObjectNode config, ThreadId thread, KeySealer sealer) {
    if (!(config.get(PROVIDER) instanceof ObjectNode provider)) {
      return config;
    }
    if (provider.get("options") instanceof ObjectNode options) {
      ConfigPatch.refuseCredentials("/config/provider/options", options);
    }
    JsonNode key = provider.get(API_KEY);
    if (key == null || key.isNull() || key.asText().equals(SealedKey.HIDDEN.text())) {
      return config;
    }
    if (!key.isTextual() || !FORM.matcher(key.textValue()).matches()) {
      throw PatchNode.wrong(PLACE, "must be 1 to 1024 visible ASCII characters", null);
    }
    ObjectNode sealed = provider.deepCopy();
    sealed.set(API_KEY, TextNode.valueOf(sealer.seal(thread, key.textValue()).text()));
    ObjectNode copy = config.objectNode();
    copy.setAll(config);
    copy.set(PROVIDER, sealed);
    return copy;
  }

  /// The same where there may be no configuration.
  public static @Nullable ObjectNode sealedIfAny(
      @Nullable ObjectNode config, ThreadId thread, KeySealer sealer) {
    return config == null ? null : sealed(config, thread, sealer);
  }
}
