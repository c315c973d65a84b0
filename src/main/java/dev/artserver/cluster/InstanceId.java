package dev.artserver.cluster;

import java.util.regex.Pattern;

/// One start of one server process. A process that starts again is another instance.
///
/// @param value 1 to 64 letters, digits, `-`, `_` or `.`; it is an event-bus address and the value
///   of locks
public record InstanceId(String value) implements Comparable<InstanceId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public InstanceId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "an instance id must be 1 to 64 letters, digits, '-', '_' or '.', got '" + value + "'");
    }
  }

  @Override
  public int compareTo(InstanceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
