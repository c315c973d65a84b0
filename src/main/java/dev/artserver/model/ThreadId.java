package dev.artserver.model;

/// Name of a thread: 1 to 128 URL-safe characters (RFC 3986 unreserved). A client may choose it.
public record ThreadId(String value) implements Comparable<ThreadId> {
  public ThreadId {
    Ids.check("threadId", value);
  }

  @Override
  public int compareTo(ThreadId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
