package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Part of a list.
///
/// @param nextCursor where the next page begins; null: there is none
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  public Page {
    items = List.copyOf(items);
  }
}
