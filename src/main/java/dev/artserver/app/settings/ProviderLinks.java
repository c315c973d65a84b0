package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.provider.Fallback;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/// Checks what providers need of each other and of those who call them.
final class ProviderLinks {
  private final Map<String, ProviderSettings> providers;
  private final boolean threadsBringKeys;
  private final List<String> faults = new ArrayList<>();

  private ProviderLinks(Map<String, ProviderSettings> providers, boolean threadsBringKeys) {
    this.providers = new TreeMap<>(providers);
    this.threadsBringKeys = threadsBringKeys;
  }

  /// Throws `IllegalArgumentException`, with a line for each fault, for a provider that nobody has
  /// a key for, and for a fallback that is no other provider or has no key of the server's: a key
  /// that a thread brings never goes to a fallback at another provider.
  ///
  /// @param threadsBringKeys whether threads may have keys of their own
  static void check(Map<String, ProviderSettings> providers, boolean threadsBringKeys) {
    ProviderLinks links = new ProviderLinks(providers, threadsBringKeys);
    links.checkKeys();
    links.checkFallbacks();
    require(links.faults.isEmpty(), String.join("\n", links.faults));
  }

  private void checkKeys() {
    providers.forEach((name, provider) -> {
      if (provider.lacksKey() && !threadsBringKeys) {
        faults.add(
            "providers."
                + name
                + ".apiKey must be given for kind "
                + provider.kind().word()
                + " without a baseUrl, got nothing");
      }
    });
  }

  private void checkFallbacks() {
    providers.forEach(
        (name, provider) -> provider.fallbacks().forEach(written -> checkFallback(name, written)));
  }

  private void checkFallback(String name, String written) {
    TreeSet<String> others = new TreeSet<>(providers.keySet());
    others.remove(name);
    String fallback = Fallback.parse(written).provider();
    String key = "providers." + name + ".fallbacks must name ";
    if (!others.contains(fallback)) {
      faults.add(key + "other providers (" + String.join(", ", others) + "), got " + written);
    } else if (threadsBringKeys && Objects.requireNonNull(providers.get(fallback)).lacksKey()) {
      faults.add(key + "providers with an apiKey of their own, got " + written);
    }
  }
}
