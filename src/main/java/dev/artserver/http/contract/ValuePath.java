package dev.artserver.http.contract;

import org.jspecify.annotations.Nullable;

/// Where in a request a value stands. Its text is made only when something is wrong there.
///
/// @param parent null for the whole body (an empty name) or a parameter
public record ValuePath(@Nullable ValuePath parent, String name) {
  public static final ValuePath BODY = new ValuePath(null, "");

  public static ValuePath parameter(String name) {
    return new ValuePath(null, name);
  }

  public ValuePath member(String member) {
    return new ValuePath(this, member);
  }

  /// The JSON Pointer (RFC 6901), or the parameter's name.
  public String pointer() {
    return parent == null
        ? name
        : parent.pointer() + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
