package dev.artserver.http;

import org.jspecify.annotations.Nullable;

/// Where in a request a value stands. Its text is made only when something is wrong there.
///
/// @param parent null for the whole body (an empty name) or a parameter
record Place(@Nullable Place parent, String name) {
  static final Place BODY = new Place(null, "");

  static Place parameter(String name) {
    return new Place(null, name);
  }

  Place member(String member) {
    return new Place(this, member);
  }

  /// The JSON Pointer (RFC 6901), or the parameter's name.
  String pointer() {
    return parent == null
        ? name
        : parent.pointer() + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
