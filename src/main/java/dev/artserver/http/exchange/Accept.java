package dev.artserver.http.exchange;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a client takes as an answer: its `Accept` header (RFC 9110, 12.5.1).
///
/// @param header null: anything
public record Accept(@Nullable String header) {
  private static final String ANY = "*/*";

  /// Whether the client accepts one of `types`.
  public boolean takesOneOf(Collection<String> types) {
    if (header == null || header.equals(ANY)) {
      return true;
    }
    for (String type : types) {
      if (type.equals(ANY) || weight(type).quality() > 0) {
        return true;
      }
    }
    return false;
  }

  /// Whether the client prefers `type` to `other`. Named types win over wildcards; when they are
  /// equal, `other` wins.
  public boolean prefers(String type, String other) {
    if (header == null || header.equals(ANY) || header.equals(other)) {
      return false;
    }
    Weight ours = weight(type);
    Weight theirs = weight(other);
    return ours.quality() != theirs.quality()
        ? ours.quality() > theirs.quality()
        : ours.quality() > 0 && ours.specificity() > theirs.specificity();
  }

  /// @param specificity 3: named, 2: `type/*`, 1: `*/*`, 0: not mentioned
  private record Weight(double quality, int specificity) {}

  private Weight weight(String type) {
    Weight best = new Weight(0, 0);
    if (header == null) {
      return new Weight(1, 1);
    }
    for (String range : header.split(",")) {
      String[] parts = range.split(";");
      int specificity = specificity(parts[0].strip().toLowerCase(Locale.ROOT), type);
      if (specificity > best.specificity()) {
        best = new Weight(quality(parts), specificity);
      }
    }
    return best;
  }

  private static int specificity(String range, String type) {
    if (range.equals(type)) {
      return 3;
    }
    if (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1))) {
      return 2;
    }
    return range.equals(ANY) ? 1 : 0;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
