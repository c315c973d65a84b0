package dev.artserver.model;

import java.util.Map;

/// What a client says about a thread: how it works, and labels to find it by.
///
/// @param metadata labels; `userId` names the user the thread belongs to
public record Profile(ThreadConfig config, Map<String, String> metadata) {
  public Profile {
    metadata = Map.copyOf(metadata);
  }
}
