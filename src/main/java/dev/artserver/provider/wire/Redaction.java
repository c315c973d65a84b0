package dev.artserver.provider.wire;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Takes a key out of what a service says, in the forms services repeat it: as it is,
/// percent-encoded (RFC 3986), and in base64 (RFC 4648, either alphabet) with whatever stands
/// before it, such as `Bearer `.
final class Redaction {
  /// Shorter pieces of base64 are too likely to be something else.
  private static final int ENCODED_MIN = 8;

  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");

  private final List<String> forms;

  /// @param apiKey empty: there is nothing to take out
  Redaction(String apiKey) {
    Set<String> forms = new LinkedHashSet<>();
    if (!apiKey.isEmpty()) {
      forms.add(apiKey);
      String percent = URLEncoder.encode(apiKey, StandardCharsets.UTF_8);
      forms.add(percent);
      forms.add(ESCAPE.matcher(percent).replaceAll(hex -> hex.group().toLowerCase(Locale.ROOT)));
      for (int before = 0; before < 3; before++) {
        String base64 = base64(apiKey, before);
        if (base64.length() >= ENCODED_MIN) {
          forms.add(base64);
          forms.add(base64.replace('+', '-').replace('/', '_'));
        }
      }
    }
    this.forms = forms.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /// `words` without the key.
  String of(String words) {
    String without = words;
    for (String form : forms) {
      without = without.replace(form, "***");
    }
    return without;
  }

  /// What surely stands in the base64 of anything that holds the key after so many bytes, modulo 3:
  /// its first and last characters also depend on what is around the key.
  private static String base64(String apiKey, int before) {
    byte[] bytes = ("\0".repeat(before) + apiKey).getBytes(StandardCharsets.UTF_8);
    String all = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    int from = before == 0 ? 0 : before + 1;
    int to = bytes.length % 3 == 0 ? all.length() : all.length() - 1;
    return from < to ? all.substring(from, to) : "";
  }

  /// The longest form, in characters: as much of a text that was cut off may be part of a key.
  int longest() {
    return forms.isEmpty() ? 0 : forms.getFirst().length();
  }
}
