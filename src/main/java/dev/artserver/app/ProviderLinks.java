package dev.artserver.app;

import static dev.artserver.model.Checks.require;

import dev.artserver.provider.Fallback;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Checks what providers say of each other.
final class ProviderLinks {
  private ProviderLinks() {}

  /// Throws `IllegalArgumentException` for a fallback that is no other provider.
  static void check(Map<String, ProviderSettings> providers) {
    new TreeMap<>(providers)
        .forEach((name, provider) ->
            provider.fallbacks().forEach(written -> check(name, written, providers)));
  }

  private static void check(String name, String written, Map<String, ProviderSettings> providers) {
    TreeSet<String> others = new TreeSet<>(providers.keySet());
    others.remove(name);
    require(
        others.contains(Fallback.parse(written).provider()),
        "providers."
            + name
            + ".fallbacks must name other providers ("
            + String.join(", ", others)
            + "), got "
            + written);
  }
}
