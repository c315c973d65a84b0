package dev.artserver.http.contract;

import org.jspecify.annotations.Nullable;

/// The place of a value in a request. Its text is made only when the value is wrong.
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
